// The dialog in which a ticket is shared: who sees it now, whom to add, the whole company at once.
import { Avatar, Icon } from "ticket-parts";

export default {
  components: { Avatar, Icon },
  props: { people: Array, company: String, everybody: Boolean, words: Object, sprite: String },
  emits: ["search", "add", "remove", "company"],
  data: () => ({ query: "", found: null, said: "" }),
  template: `
    <dialog ref="dialog" class="dialog ticket-sharing" aria-labelledby="sharing-title" @click.self="close">
      <div class="dialog-box">
      <header class="dialog-head">
        <h2 id="sharing-title">{{ words.title }}</h2>
        <button type="button" class="button quiet icon-only dense" :aria-label="words.close" @click="close"><Icon name="x" :sprite="sprite" /></button>
      </header>
      <div class="dialog-body">
        <p class="soft">{{ words.lead }}</p>
        <label v-if="company" class="choice">
          <input type="checkbox" :checked="everybody" @change="$emit('company', { on: $event.target.checked })">
          <span>{{ words.company }}<span class="choice-hint">{{ words.company_hint }}</span></span>
        </label>
        <div class="field">
          <label class="field-label" for="sharing-query">{{ words.add }}</label>
          <input id="sharing-query" ref="query" class="input" type="search" autocomplete="off" v-model="query" :placeholder="words.placeholder" @input="ask">
        </div>
        <ul id="sharing-found" class="people-found" v-if="offered.length">
          <li v-for="person in offered" :key="person.id">
            <button type="button" class="person-row" @click="add(person)"><Avatar :person="person" /><span>{{ person.name }}</span><Icon name="plus" :sprite="sprite" /></button>
          </li>
        </ul>
        <p v-else-if="found && query.trim()" class="faint small">{{ words.nobody }}</p>
        <h3 class="eyebrow">{{ words.now }}</h3>
        <ul class="people-shared" v-if="people.length">
          <li v-for="person in people" :key="person.id" class="person-row">
            <Avatar :person="person" /><span>{{ person.name }}</span>
            <button type="button" class="button quiet dense" :aria-label="words.remove + ': ' + person.name" @click="$emit('remove', { id: person.id })">{{ words.remove }}</button>
          </li>
        </ul>
        <p v-else class="faint small">{{ words.empty }}</p>
        <p class="visually-hidden" role="status">{{ said }}</p>
      </div>
      <footer class="dialog-actions"><button type="button" class="button primary" @click="close">{{ words.ready }}</button></footer>
      </div>
    </dialog>`,
  computed: {
    offered() {
      const shared = new Set(this.people.map((person) => person.id));
      return (this.found || []).filter((person) => !shared.has(person.id));
    },
  },
  watch: {
    people() {
      if (this.$refs.dialog.open) this.$emit("search", { query: this.query }); // whoever was taken out can be added again
    },
  },
  methods: {
    open() {
      if (this.$refs.dialog.open) return;
      this.query = "";
      this.$refs.dialog.showModal();
      this.$refs.query.focus();
      this.$emit("search", { query: "" });
    },
    close() {
      this.$refs.dialog.close();
    },
    ask() {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.$emit("search", { query: this.query }), 150);
    },
    offer(query, people) {
      if (query === this.query) this.found = people;
    },
    add(person) {
      this.$emit("add", { id: person.id });
      this.said = person.name;
      this.$refs.query.focus();
    },
  },
};
