// A ticket beside the list that it was opened from. It keeps the keyboard's way in and out, and hears the back button:
// NiceGUI would build the whole page anew for an address that differs in the ticket alone.
import { aside } from "ticket-parts/aside.js";

const WRITING = "input, textarea, select, [contenteditable]:not([contenteditable='false'])";
const MENU = ":popover-open:not([popover=manual])"; // what Escape closes; messages are none

export default {
  template: `
    <aside class="ticket-panel" :id="$attrs.id" :class="{ open: ticket }" :aria-label="label" :aria-busy="wanted !== ticket ? 'true' : null" tabindex="-1">
      <div v-if="wanted !== ticket" class="ticket-panel-wait"></div>
      <slot></slot>
    </aside>`,
  inheritAttrs: false,
  props: { ticket: String, label: String, path: String },
  emits: ["open", "close", "went"],
  data() {
    return { wanted: this.ticket };
  },
  watch: {
    ticket(now) {
      const asked = this.wanted === now;
      this.wanted = now;
      aside.ticket = now;
      if (!now) return;
      this.$nextTick(() => {
        this.$el.scrollTop = 0;
        if (this.deed) this.deed = ""; // the keyboard goes on from the list to there
        else if (asked || document.activeElement === document.body) this.$el.focus({ preventScroll: true });
      });
    },
  },
  mounted() {
    aside.show = (id, deed) => this.show(id, deed);
    aside.close = () => this.$emit("close");
    aside.ticket = this.ticket;
    document.addEventListener("keydown", this.key);
    window.addEventListener("popstate", this.went, { capture: true });
  },
  unmounted() {
    Object.assign(aside, { ticket: "", previous: "", next: "", show: null, close: null });
    document.removeEventListener("keydown", this.key);
    window.removeEventListener("popstate", this.went, { capture: true });
  },
  methods: {
    show(id, deed = "") {
      if (!id || id === this.wanted) return this.$el.focus({ preventScroll: true });
      this.wanted = id;
      this.deed = deed;
      this.$emit("open", { id, deed, step: ![this.ticket, id].every((one) => aside.lists?.(one)) });
    },
    /** What was asked for is not there. */
    settle() {
      this.wanted = this.ticket;
    },
    /** Escape leaves a field first, then the ticket. */
    key(event) {
      if (event.key !== "Escape" || event.defaultPrevented || !this.ticket) return;
      if (document.querySelector(`dialog[open], .q-dialog, ${MENU}`)) return;
      const field = event.target.closest?.(WRITING);
      if (!field) this.$emit("close");
      else if (this.$el.contains(field)) this.$el.focus({ preventScroll: true });
    },
    went(event) {
      if (location.pathname !== this.path) return;
      event.stopImmediatePropagation();
      document.querySelectorAll(MENU).forEach((open) => open.hidePopover());
      this.$emit("went", { search: location.search });
    },
  },
};
