// A button with a list that the browser itself opens above everything, closes by Esc and by a press elsewhere.

export default {
  template: `
    <div class="menu">
      <button type="button" ref="button" class="button" :class="[look, { 'icon-only': iconOnly }]" :popovertarget="list"
        aria-haspopup="true" :aria-expanded="open ? 'true' : 'false'" :aria-label="iconOnly ? label : null" :title="iconOnly ? label : null">
        <svg v-if="icon" class="icon" viewBox="0 0 24 24" aria-hidden="true"><use :href="icon"></use></svg>
        <span v-if="!iconOnly">{{ label }}</span>
        <svg v-if="arrow" class="icon small" viewBox="0 0 24 24" aria-hidden="true"><use :href="arrow"></use></svg>
      </button>
      <div popover class="menu-list" ref="list" :id="list" @toggle="toggled" @click="chosen" @keydown="moved"><slot></slot></div>
    </div>`,
  props: { label: String, icon: String, iconOnly: Boolean, look: String, arrow: String },
  data() {
    return { open: false };
  },
  computed: {
    list() {
      return `${this.$attrs.id}-list`;
    },
  },
  methods: {
    toggled(event) {
      this.open = event.newState === "open";
      if (!this.open) return;
      place(this.$refs.list, this.$refs.button);
      this.entries()[0]?.focus();
    },
    chosen(event) {
      if (event.target.closest("a, button")) this.$refs.list.hidePopover();
    },
    moved(event) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const entries = this.entries();
      entries[(entries.indexOf(document.activeElement) + step + entries.length) % entries.length]?.focus();
    },
    entries() {
      return [...this.$refs.list.querySelectorAll("a, button:not(:disabled)")];
    },
  },
};

function place(list, button) {
  const at = button.getBoundingClientRect();
  const below = at.bottom + 4 + list.offsetHeight <= innerHeight || at.top < list.offsetHeight;
  list.style.top = `${below ? at.bottom + 4 : at.top - 4 - list.offsetHeight}px`;
  list.style.left = `${Math.max(8, Math.min(at.right - list.offsetWidth, innerWidth - list.offsetWidth - 8))}px`;
}
