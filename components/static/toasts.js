// Short messages above everything else; read out politely, errors at once; they wait while somebody is at them.

export default {
  emits: ["undo", "gone"],
  template: `
    <div class="toasts" popover="manual" role="region" :aria-label="words.region" @mouseenter="hold" @mouseleave="go" @focusin="hold" @focusout="go">
      <div role="status" aria-live="polite">
        <div v-for="toast in shown" :key="toast.id" class="toast" :class="toast.kind" :role="toast.kind === 'danger' ? 'alert' : null">
          <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><use :href="toast.icon"></use></svg>
          <span class="toast-text">{{ toast.text }}</span>
          <button v-if="toast.undo" type="button" class="toast-undo" @click="undo(toast)">{{ words.undo }}<span class="toast-left" :style="{ '--seconds': toast.seconds + 's' }"></span></button>
          <button type="button" class="toast-close" :aria-label="words.close" @click="close(toast)">
            <svg class="icon small" viewBox="0 0 24 24" aria-hidden="true"><use :href="closeIcon"></use></svg>
          </button>
        </div>
      </div>
    </div>`,
  props: { words: Object, closeIcon: String },
  data() {
    return { shown: [] };
  },
  mounted() {
    this.timer = setInterval(() => this.tick(), 250);
    this.last = performance.now();
  },
  unmounted() {
    clearInterval(this.timer);
  },
  methods: {
    add(toast) {
      this.shown = [...this.shown.slice(-2), { ...toast, left: toast.seconds || Infinity }];
      if (this.$el.matches(":popover-open")) this.$el.hidePopover(); // shown anew, it lies above a dialog opened since
      this.$el.showPopover();
    },
    undo(toast) {
      this.$emit("undo", toast.id);
      this.drop(toast);
    },
    close(toast) {
      this.$emit("gone", toast.id);
      this.drop(toast);
    },
    drop(toast) {
      this.shown = this.shown.filter((other) => other.id !== toast.id);
      if (!this.shown.length && this.$el.matches(":popover-open")) this.$el.hidePopover();
    },
    hold() {
      this.held = true;
      this.$el.classList.add("held");
    },
    go() {
      this.held = false;
      this.$el.classList.remove("held");
    },
    tick() {
      const now = performance.now();
      const passed = (now - this.last) / 1000;
      this.last = now;
      if (this.held) return;
      for (const toast of [...this.shown]) {
        toast.left -= passed;
        if (toast.left <= 0) this.close(toast);
      }
    },
  },
};
