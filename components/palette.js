// The palette: one field for everything. What is there is filtered here, tickets are asked of the server.

const PAUSE = 20; // ms after the last key before tickets are asked for
const NUMBER = /^\s*(?:\p{L}{2,10}|[#\u2116])?[\s\-\u2013\u2014#\u2116]*\d+\s*$/u;

const folded = (text) => text.toLowerCase().replaceAll("\u0451", "\u0435");

import { Marked } from "ask-parts";

export default {
  components: { Marked },
  inheritAttrs: false,
  props: { commands: Array, order: Array, words: Object, groups: Object, icons: Object, keys: Array, report: String },
  emits: ["find", "run"],
  template: `
    <div class="palette-place" :id="$attrs.id">
      <button type="button" class="palette-open" aria-haspopup="dialog" :aria-label="words.open" :title="words.open" @click="open">
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><use :href="icons.search"></use></svg>
        <span class="palette-open-text" aria-hidden="true">{{ words.find }}</span>
        <span class="palette-open-keys" aria-hidden="true"><kbd v-for="key in ownKeys" :key="key">{{ key }}</kbd></span>
      </button>
      <dialog ref="dialog" class="palette" :aria-label="words.title" @close="closed" @mousedown.self="close">
        <div v-if="shown" class="palette-box">
          <div class="palette-head">
            <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><use :href="icons.search"></use></svg>
            <input ref="field" type="text" class="palette-field" role="combobox" aria-expanded="true" aria-autocomplete="list" aria-haspopup="listbox" :aria-controls="ids.list"
              :aria-activedescendant="current ? current.key : null" :aria-label="words.label" :placeholder="words.placeholder" v-model="text"
              autocomplete="off" autocapitalize="off" spellcheck="false" enterkeyhint="go" maxlength="200" @keydown="pressed" @input="typed">
            <button type="button" class="button quiet icon-only palette-close" :aria-label="words.close" :title="words.close" @click="close">
              <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><use :href="icons.x"></use></svg>
            </button>
          </div>
          <p class="visually-hidden" role="status">{{ said }}</p>
          <div v-show="options.length" ref="list" role="listbox" class="palette-list" :id="ids.list" :aria-label="words.results">
            <div v-for="part in parts" :key="part.name" role="group" :aria-labelledby="ids.list + part.name" class="palette-group">
              <div class="palette-group-name" :id="ids.list + part.name">{{ part.label }}</div>
              <component v-for="option in part.options" :key="option.key" :is="option.href ? 'a' : 'div'" :href="option.href || null" :id="option.key" role="option" tabindex="-1"
                class="palette-option" :aria-selected="option === current ? 'true' : 'false'" @mousemove="at = options.indexOf(option)" @click="chosen($event, option)">
                <template v-if="option.ticket">
                  <svg class="icon palette-status" :class="'on-' + option.ticket.status" viewBox="0 0 24 24" aria-hidden="true"><use :href="option.ticket.icon"></use></svg>
                  <span class="palette-id">{{ option.ticket.id }}</span><span class="palette-label"><Marked :pieces="option.ticket.subject" /></span>
                  <span class="palette-note">{{ option.ticket.status_label }}</span>
                  <span v-if="option.ticket.turn" class="palette-more"><Marked v-if="option.ticket.found" :pieces="option.ticket.found" /><template v-else>{{ option.ticket.turn }}</template></span>
                </template>
                <template v-else>
                  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><use :href="option.icon"></use></svg>
                  <span class="palette-label">{{ option.label }}</span>
                  <span v-if="option.note" class="palette-note">{{ option.note }}</span>
                  <span v-if="option.keys.length" class="palette-keys" aria-hidden="true"><kbd v-for="key in option.keys" :key="key">{{ key }}</kbd></span>
                </template>
              </component>
            </div>
          </div>
          <p v-if="!options.length" class="palette-nothing">{{ waiting ? words.waiting : words.nothing }}
            <a v-if="!waiting && report && text.trim()" class="link" :href="report + '?words=' + encodeURIComponent(text.trim())" @click="close">{{ words.report }}</a></p>
          <p class="palette-foot" aria-hidden="true"><span><kbd>↑</kbd><kbd>↓</kbd> {{ words.choose }}</span><span><kbd>Enter</kbd> {{ words.go }}</span><span><kbd>Esc</kbd> {{ words.close }}</span></p>
        </div>
      </dialog>
    </div>`,
  data() {
    return { shown: false, text: "", tickets: [], suggestions: [], at: 0, asked: 0, answered: 0, said: "" };
  },
  computed: {
    ids() {
      return { list: `${this.$attrs.id}-list` };
    },
    ownKeys() {
      return /Mac|iPhone|iPad/.test(navigator.platform) ? ["⌘", "K"] : this.keys;
    },
    waiting() {
      return this.answered < this.asked;
    },
    parts() {
      const words = folded(this.text).split(/\s+/).filter(Boolean);
      const fits = (command) => words.every((word) => folded(`${command.label} ${command.also}`).includes(word));
      const found = this.commands.filter(fits).map((command) => ({ ...command, key: `${this.ids.list}-${command.name}` }));
      const parts = this.order.map((name) => ({ name, label: this.groups[name], options: found.filter((command) => command.group === name) }));
      const tickets = {
        name: "tickets",
        label: words.length ? this.groups.tickets : this.groups.recent,
        options: this.tickets.map((ticket) => ({ key: `${this.ids.list}-${ticket.id}`, href: ticket.href, ticket })),
      };
      const conditions = {
        name: "conditions",
        label: this.groups.conditions,
        options: words.length ? this.suggestions.map((one) => ({ key: `${this.ids.list}-${one.text}`, fill: one.text, label: one.added, icon: this.icons["list-filter"], keys: [], note: one.added.includes(one.label) ? "" : one.label })) : [],
      };
      parts.unshift(conditions);
      parts.splice(words.length && !NUMBER.test(this.text) ? parts.length : words.length ? 0 : 2, 0, tickets);
      return parts.filter((part) => part.options.length);
    },
    options() {
      return this.parts.flatMap((part) => part.options);
    },
    current() {
      return this.options[Math.min(this.at, this.options.length - 1)];
    },
  },
  mounted() {
    this.wanted = (event) => {
      event.preventDefault();
      this.open();
    };
    this.left = () => this.close();
    document.addEventListener("portal:search", this.wanted);
    window.addEventListener("popstate", this.left);
  },
  unmounted() {
    document.removeEventListener("portal:search", this.wanted);
    window.removeEventListener("popstate", this.left);
    clearTimeout(this.timer);
  },
  methods: {
    open() {
      if (this.shown) return;
      Object.assign(this, { shown: true, text: "", at: 0, said: "" });
      this.$refs.dialog.showModal();
      this.$nextTick(() => this.$refs.field.focus());
      this.ask();
    },
    close() {
      this.$refs.dialog.close();
    },
    closed() {
      this.shown = false;
      clearTimeout(this.timer);
    },
    typed() {
      this.at = 0;
      clearTimeout(this.timer);
      this.asked++;
      this.timer = setTimeout(this.ask, PAUSE);
      this.$nextTick(() => this.$refs.list && (this.$refs.list.scrollTop = 0));
    },
    ask() {
      this.$emit("find", { text: this.text, seq: ++this.asked });
    },
    found({ seq, tickets, suggestions }) {
      if (seq < this.asked) return;
      const before = this.at ? this.current?.key : null;
      this.answered = seq;
      this.tickets = tickets;
      this.suggestions = suggestions;
      this.at = Math.max(0, this.options.findIndex((option) => option.key === before));
      this.said = this.text.trim() ? `${this.words.found} ${this.options.length}` : "";
    },
    pressed(event) {
      const last = this.options.length - 1;
      const to = { ArrowDown: this.at >= last ? 0 : this.at + 1, ArrowUp: this.at <= 0 ? last : this.at - 1, PageDown: Math.min(last, this.at + 8), PageUp: Math.max(0, this.at - 8) }[event.key];
      if (to !== undefined) {
        event.preventDefault();
        this.at = Math.max(0, to);
        this.$nextTick(() => document.getElementById(this.current?.key)?.scrollIntoView({ block: "nearest" }));
      } else if (event.key === "Enter" && !event.isComposing) {
        event.preventDefault();
        this.enter(event);
      } else if (event.code === "KeyK" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.close();
      } else if (event.key === "Tab") {
        event.stopPropagation();
      }
    },
    enter(event) {
      if (this.waiting && NUMBER.test(this.text)) { // whoever types a number and Enter wants the ticket, not what is there by now
        clearTimeout(this.timer);
        this.ask();
        const seq = this.asked;
        const stop = this.$watch("answered", (now) => {
          stop();
          if (now === seq && this.shown) this.enter(event);
        });
        return;
      }
      if (this.current) this.do(this.current, event);
    },
    chosen(event, option) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // the browser opens it beside this one
      if (!option.href) return this.do(option, event);
      this.close(); // and the link does the rest
    },
    do(option, event) {
      if (option.fill) {
        this.text = option.fill;
        this.$refs.field.focus();
        return void this.typed();
      }
      this.close();
      if (option.href && (event.ctrlKey || event.metaKey)) return void window.open(option.href, "_blank");
      this.$nextTick(() => window.portalRun(option.ticket ? { href: option.href } : option, (name) => this.$emit("run", name)));
    },
  },
};
