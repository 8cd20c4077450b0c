// A part of a page that may be drawn anew while somebody stands in it with the keyboard.
export default {
  template: `<div class="part" tabindex="-1"><slot></slot></div>`,
  beforeUpdate() {
    const active = document.activeElement;
    this.inside = active && active !== this.$el && this.$el.contains(active);
    this.place = this.inside ? active.closest("[data-focus]")?.dataset.focus : null;
  },
  updated() {
    if (!this.inside) return;
    this.$nextTick(() => {
      if (document.activeElement && document.activeElement !== document.body) return;
      const again = this.place && this.$el.querySelector(`[data-focus="${CSS.escape(this.place)}"]`);
      const controls = "a[href], button, input, select, textarea";
      const control = again && (again.matches(controls) ? again : again.querySelector(controls));
      (control || this.$el).focus({ preventScroll: true });
    });
  },
};
