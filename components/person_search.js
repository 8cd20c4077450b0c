// A field that finds people: what is written is looked up on the server, arrows and Enter take one of the list below.
import { Icon } from "ticket-parts";

const PAUSE = 150; // milliseconds after the last key before people are looked for

export default {
  components: { Icon },
  inheritAttrs: false,
  props: { label: String, prompt: String, chosen: String, words: Object, sprite: String },
  emits: ["find", "choose", "clear"],
  template: `
    <div class="field dense person-search" :id="$attrs.id">
      <label class="visually-hidden" :for="ids.input">{{ label }}</label>
      <div class="person-search-box">
        <input ref="input" class="input" type="text" role="combobox" :id="ids.input" :placeholder="prompt" maxlength="200" autocomplete="off" autocapitalize="off" spellcheck="false" enterkeyhint="search"
          aria-autocomplete="list" aria-haspopup="listbox" :aria-controls="ids.list" :aria-expanded="open && people.length ? 'true' : 'false'" :aria-activedescendant="open && people[at] ? ids.option + at : null"
          @input="typed" @keydown="pressed" @focus="$event.target.select()" @blur="leave">
        <Icon v-if="!chosen" name="search" :sprite="sprite" />
        <button v-else type="button" class="button quiet icon-only dense" :aria-label="words.clear + ': ' + chosen" :title="words.clear" @click="clear"><Icon name="x" :sprite="sprite" /></button>
      </div>
      <p class="visually-hidden" role="status">{{ said }}</p>
      <div popover="manual" ref="place" class="menu-list person-search-list" @mousedown.prevent>
        <div v-show="people.length" role="listbox" :id="ids.list" :aria-label="label">
          <div v-for="(person, index) in people" :key="person.id" role="option" :id="ids.option + index" class="menu-entry" :class="{ at: index === at }" :aria-selected="index === at ? 'true' : 'false'" @mousemove="at = index" @click="take(person)">
            <span><bdi>{{ person.name }}</bdi><small>{{ person.note }}</small></span>
          </div>
        </div>
        <p v-if="!people.length || more" class="person-search-note">{{ people.length ? words.more : words.nothing }}</p>
      </div>
    </div>`,
  data: () => ({ open: false, people: [], more: false, at: 0, turn: 0, answered: 0, hurry: false, said: "" }),
  computed: {
    ids() {
      const id = this.$attrs.id;
      return { input: `${id}-input`, list: `${id}-list`, option: `${id}-option-` };
    },
  },
  watch: {
    chosen() {
      this.rest();
    },
  },
  mounted() {
    this.rest();
    this.follow = () => this.open && this.stand();
    window.addEventListener("resize", this.follow);
    window.addEventListener("scroll", this.follow, { capture: true, passive: true });
  },
  unmounted() {
    clearTimeout(this.timer);
    window.removeEventListener("resize", this.follow);
    window.removeEventListener("scroll", this.follow, { capture: true });
  },
  methods: {
    typed() {
      clearTimeout(this.timer);
      this.hurry = false;
      this.turn += 1; // what stands below is of other letters
      if (this.text()) this.timer = setTimeout(this.find, PAUSE);
      else this.close();
    },
    text() {
      return this.$refs.input.value.trim();
    },
    find() {
      clearTimeout(this.timer);
      this.$emit("find", { text: this.text(), turn: ++this.turn });
    },
    found({ turn, people, more }) {
      if (turn !== this.turn || document.activeElement !== this.$refs.input || !this.text()) return; // asked of something else since
      this.answered = turn;
      Object.assign(this, { people, more, at: 0, open: true });
      this.said = people.length ? `${this.words.found}: ${people.length}` : this.words.nothing;
      if (this.hurry && people.length === 1) return this.take(people[0]);
      this.$refs.place.showPopover();
      this.$nextTick(this.stand);
    },
    /** Below the field, or above it where there is no room. */
    stand() {
      const { input, place } = this.$refs;
      const field = input.getBoundingClientRect();
      const below = field.bottom + 4 + place.offsetHeight <= innerHeight || field.top < place.offsetHeight;
      place.style.minWidth = `${Math.min(field.width, innerWidth - 16)}px`;
      place.style.top = `${below ? field.bottom + 4 : field.top - 4 - place.offsetHeight}px`;
      place.style.left = `${Math.max(8, Math.min(field.left, innerWidth - place.offsetWidth - 8))}px`;
    },
    pressed(event) {
      if (event.isComposing) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) this.walk(event, step);
      else if (event.key === "Enter") this.enter(event);
      else if (event.key === "Escape" && (this.open || this.$refs.input.value !== this.chosen)) {
        event.preventDefault();
        event.stopPropagation();
        this.rest();
        this.$refs.input.select();
      }
    },
    walk(event, step) {
      event.preventDefault();
      if (!this.open) return this.text() && this.find();
      this.at = (this.at + step + this.people.length) % (this.people.length || 1);
      this.$nextTick(() => this.$refs.place.querySelector(".at")?.scrollIntoView({ block: "nearest" }));
    },
    /** Whoever is quicker than the list gets the only one that it will have. */
    enter(event) {
      event.preventDefault();
      if (this.answered === this.turn && this.people[this.at]) return this.take(this.people[this.at]);
      if (!this.text()) return this.chosen && this.clear();
      this.hurry = true;
      this.find();
    },
    take(person) {
      this.close();
      this.$refs.input.value = person.name;
      this.$emit("choose", { id: person.id });
    },
    clear() {
      this.close();
      this.$refs.input.value = "";
      this.$refs.input.focus();
      this.$emit("clear");
    },
    /** The field left without a choice shows again whom it had; left empty, it has nobody. */
    leave() {
      if (this.chosen && !this.text()) this.$emit("clear");
      this.rest();
    },
    rest() {
      this.close();
      if (this.$refs.input.value !== this.chosen) this.$refs.input.value = this.chosen;
    },
    close() {
      clearTimeout(this.timer);
      this.turn += 1; // what is still under way comes too late
      this.answered = this.turn;
      Object.assign(this, { open: false, people: [], more: false, hurry: false });
      if (this.$refs.place.matches(":popover-open")) this.$refs.place.hidePopover();
    },
  },
};
