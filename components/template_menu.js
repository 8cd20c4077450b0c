// Answer templates beside where one writes: a list with a search; choosing one puts it where the cursor stands.
import { Icon } from "ticket-parts";

export default {
  components: { Icon },
  props: { templates: Array, words: Object, sprite: String },
  emits: ["choose"],
  data: () => ({ open: false, text: "" }),
  template: `
    <div class="template-menu">
      <button type="button" ref="button" class="button quiet dense" aria-haspopup="true" :aria-expanded="String(open)" :popovertarget="$attrs.id + '-list'"><Icon name="text" :sprite="sprite" />{{ words.menu }}</button>
      <div popover ref="list" class="menu-list template-list" :id="$attrs.id + '-list'" role="group" :aria-label="words.menu" @toggle="toggled" @keydown="walk">
        <input ref="search" type="search" class="input" :aria-label="words.search" :placeholder="words.search" v-model="text" @keydown.enter.prevent="found[0] && choose(found[0])">
        <button v-for="template in found" :key="template.id" type="button" class="template-choice" @click="choose(template)"><span>{{ template.name }}</span><small>{{ template.start }}</small></button>
        <p v-if="!found.length" class="field-hint">{{ templates.length ? words.none_found : words.none }}</p>
        <hr>
        <a href="/templates">{{ words.keep }}</a>
      </div>
    </div>`,
  computed: {
    found() {
      const words = this.text.toLowerCase().split(/\s+/).filter(Boolean);
      return this.templates.filter((template) => words.every((word) => template.words.includes(word))).slice(0, 30);
    },
  },
  methods: {
    toggled(event) {
      this.open = event.newState === "open";
      if (!this.open) return;
      this.text = "";
      const list = this.$refs.list;
      const button = this.$refs.button.getBoundingClientRect();
      list.style.left = Math.max(8, Math.min(button.left, innerWidth - list.offsetWidth - 8)) + "px";
      const below = innerHeight - button.bottom - 8;
      list.style.top = (below >= list.offsetHeight || below > button.top ? button.bottom + 4 : Math.max(8, button.top - list.offsetHeight - 4)) + "px";
      this.$refs.search.focus();
    },
    walk(event) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const entries = [this.$refs.search, ...this.$refs.list.querySelectorAll("button, a")];
      entries[(entries.indexOf(document.activeElement) + step + entries.length) % entries.length].focus();
    },
    choose(template) {
      this.$refs.list.hidePopover();
      this.$emit("choose", { id: template.id });
    },
  },
};
