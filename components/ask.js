// The box for questions: it asks while one types, and shows one ticket when the answer is sure, several when it is not.
// It asks at the first key and then whenever an answer has come: never two questions at a time, and no pause after the last key.
import { Icon } from "ticket-parts";
import { AnswerCard } from "ask-parts";

const PATIENCE = 8000; // ms after which an answer that has not come is said not to come

export default {
  components: { AnswerCard, Icon },
  inheritAttrs: false,
  props: { words: Object, icons: Object, language: String, sprite: String, report: String },
  emits: ["ask"],
  template: `
    <section class="ask" :id="$attrs.id" role="search" :aria-label="words.label">
      <form class="ask-form" @submit.prevent="now">
        <Icon name="search" :sprite="sprite" />
        <input ref="field" type="text" class="ask-field" :aria-label="words.label" :placeholder="words.placeholder" v-model="text" maxlength="1000" autocomplete="off" spellcheck="false" enterkeyhint="search"
          @input="typed" @keydown.escape="clear">
        <button v-if="text" type="button" class="button quiet icon-only dense" :aria-label="words.clear" :title="words.clear" @click="clear"><Icon name="x" :sprite="sprite" /></button>
      </form>
      <p class="visually-hidden" role="status">{{ said }}</p>
      <ul v-if="text && suggestions.length" class="ask-suggestions" :aria-label="words.operators">
        <li v-for="one in suggestions" :key="one.text"><button type="button" class="ask-suggestion" @click="take(one)"><code>{{ one.added }}</code><span v-if="!one.added.includes(one.label)">{{ one.label }}</span></button></li>
      </ul>
      <p v-if="failed" class="notice danger" role="alert"><Icon name="circle-alert" :sprite="sprite" /><span class="notice-text">{{ words.error }}</span></p>
      <div v-if="shown" class="ask-answer">
        <template v-if="answer.cards.length">
          <div class="row between">
            <h2 class="ask-heading">{{ heading }}</h2>
            <button v-if="others.length && !more" type="button" class="button quiet dense" :title="words.not_it_hint" @click="more = true"><Icon name="rotate-ccw" :sprite="sprite" />{{ words.not_it }}</button>
          </div>
          <AnswerCard v-for="card in main" :key="card.id" :card="card" :whole="single || answer.named" :words="words" :language="language" :sprite="sprite" />
          <template v-if="single && more">
            <h3 class="eyebrow">{{ words.others }}</h3>
            <AnswerCard v-for="card in others" :key="card.id" :card="card" :words="words" :language="language" :sprite="sprite" />
            <a class="link ask-report" :href="reportHref">{{ words.report }}</a>
          </template>
        </template>
        <div v-else class="ask-nothing">
          <div><h2 class="ask-heading">{{ words.nothing }}</h2><p class="soft">{{ words.nothing_text }}</p></div>
          <a class="button primary" :href="reportHref"><Icon name="bug" :sprite="sprite" />{{ words.report }}</a>
        </div>
      </div>
    </section>`,
  data() {
    return { text: "", answer: null, asked: 0, waiting: false, more: false, failed: false };
  },
  computed: {
    shown() {
      return this.answer && this.text.trim();
    },
    single() {
      return this.answer.certainty === "sure" && !this.answer.named;
    },
    main() {
      return this.single ? this.answer.cards.slice(0, 1) : this.answer.cards;
    },
    others() {
      return this.single ? this.answer.cards.slice(1) : [];
    },
    suggestions() {
      return this.answer ? this.answer.suggestions : [];
    },
    heading() {
      return this.answer.named ? this.words.named : this.words[this.answer.certainty];
    },
    reportHref() {
      return `${this.report}?words=${encodeURIComponent(this.text.trim())}`;
    },
    said() {
      if (!this.shown) return "";
      if (!this.answer.cards.length) return this.words.said_nothing;
      const [first] = this.answer.cards;
      return this.answer.certainty === "sure" ? this.words.said_sure.replace("{id}", first.id).replace("{status}", first.status_label) : this.words.said_many.replace("{count}", this.answer.cards.length);
    },
  },
  unmounted() {
    clearTimeout(this.patience);
  },
  methods: {
    typed() {
      if (!this.waiting || !this.text.trim()) this.now();
    },
    now() {
      clearTimeout(this.patience);
      this.failed = false;
      this.waiting = Boolean(this.text.trim());
      this.asked++;
      if (!this.waiting) return void (this.answer = null);
      this.told = this.text;
      this.$emit("ask", { text: this.told, seq: this.asked });
      this.patience = setTimeout(() => Object.assign(this, { failed: true, waiting: false }), PATIENCE);
    },
    answered(answer) {
      if (answer.seq < this.asked) return;
      if (this.text !== this.told) return this.now(); // typed on meanwhile: that is what is asked
      clearTimeout(this.patience);
      Object.assign(this, { answer, waiting: false, more: false, failed: false });
    },
    take(suggestion) {
      this.text = suggestion.text;
      this.$refs.field.focus();
      this.now();
    },
    clear() {
      this.text = "";
      this.now();
      this.$refs.field.focus();
    },
  },
};
