// The browser's own <dialog>, opened as soon as it is there.

export default {
  emits: ["close"],
  template: `
    <dialog :aria-labelledby="title" @cancel.prevent="$emit('close')" @mousedown.self="outside = true" @click.self="outside && $emit('close')">
      <div class="dialog-box" @mousedown="outside = false">
        <div class="dialog-head">
          <h2 :id="title">{{ label }}</h2>
          <button type="button" class="button quiet icon-only" :aria-label="closeWord" :title="closeWord" @click="$emit('close')">
            <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><use :href="closeIcon"></use></svg>
          </button>
        </div>
        <div class="dialog-body"><slot></slot></div>
      </div>
    </dialog>`,
  props: { label: String, closeWord: String, closeIcon: String },
  data() {
    return { outside: false };
  },
  computed: {
    title() {
      return `${this.$attrs.id}-title`;
    },
  },
  mounted() {
    this.before = document.activeElement;
    this.leave = () => this.$emit("close");
    window.addEventListener("popstate", this.leave);
    this.$el.showModal();
    this.$el.querySelector(".dialog-body :is(input, textarea, select)")?.focus();
  },
  beforeUnmount() {
    window.removeEventListener("popstate", this.leave);
    this.close();
  },
  methods: {
    close() {
      if (!this.$el.open) return;
      this.$el.close();
      if (this.before?.isConnected) this.before.focus();
    },
  },
};
