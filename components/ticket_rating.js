// Five stars as radio buttons and a word about them; the answer can be changed.
import { Icon } from "ticket-parts";

export default {
  components: { Icon },
  props: { stars: Number, comment: String, given: Boolean, open: Boolean, words: Object, labels: Array, sprite: String },
  emits: ["rate"],
  data() {
    return { choice: this.stars || 0, text: this.comment || "", changing: !this.given, busy: false };
  },
  template: `
    <section class="ticket-rating" aria-labelledby="rating-title">
      <h2 id="rating-title">{{ given && !changing ? words.given : words.title }}</h2>
      <div v-if="given && !changing">
        <p class="given-stars" role="img" :aria-label="labels[stars - 1]">
          <svg v-for="star in 5" :key="star" class="icon" :class="{ full: star <= stars }" aria-hidden="true"><use :href="sprite + '#star'"></use></svg>
        </p>
        <p v-if="comment" class="rating-comment">{{ comment }}</p>
        <button v-if="open" type="button" class="button dense" @click="change">{{ words.change }}</button>
      </div>
      <form v-else @submit.prevent="send">
        <fieldset class="stars">
          <legend class="visually-hidden">{{ words.title }}</legend>
          <label v-for="star in 5" :key="star">
            <input type="radio" name="stars" :value="star" v-model="choice" required>
            <Icon name="star" :sprite="sprite" />
            <span class="visually-hidden">{{ labels[star - 1] }}</span>
          </label>
        </fieldset>
        <p class="rating-word" aria-hidden="true">{{ choice ? labels[choice - 1] : words.hint }}</p>
        <template v-if="choice">
          <label class="field-label" for="rating-comment">{{ words.comment }}</label>
          <textarea id="rating-comment" class="input" rows="3" v-model="text" maxlength="5000"></textarea>
          <button class="button primary" :disabled="busy" :aria-busy="busy ? 'true' : null">{{ words.send }}</button>
        </template>
      </form>
    </section>`,
  watch: {
    stars() {
      this.settle();
    },
    comment() {
      this.settle();
    },
  },
  methods: {
    change() {
      this.changing = true;
      this.$nextTick(() => this.$el.querySelector("input:checked, input")?.focus());
    },
    send() {
      this.busy = true;
      this.$emit("rate", { stars: this.choice, comment: this.text });
    },
    settle() {
      this.busy = false;
      this.changing = !this.given;
      this.choice = this.stars || 0;
      this.text = this.comment || "";
    },
    done() {
      this.busy = false;
      if (this.given) this.changing = false;
    },
  },
};
