// Putting rows into another order: carried by their grip with a mouse, a pen or a finger, or moved by keys and buttons.
// The component has `rows` with a `code` and a `label`, `words`, `arrange(codes)`, and each row's element `data-code`.

const FAR = 5; // pixels that a pointer moves before it carries

export const sorting = {
  data: () => ({ carried: null, gap: null, said: "" }),
  watch: {
    /** The new order has come: whoever moved a row by keys goes on with it. */
    rows() {
      if (this.moved) this.$nextTick(() => this.moved && this.focusOn(...this.moved));
    },
  },
  beforeUnmount() {
    this.listening?.abort();
  },
  methods: {
    marks(row, index) {
      return { carried: this.carried === row.code, "gap-before": this.carried && this.gap === index, "gap-after": this.carried && index === this.rows.length - 1 && this.gap === this.rows.length };
    },
    /** Move a row by so many places; the focus stays on what was pressed, for the next step. */
    step(code, by, event) {
      const from = this.rows.findIndex((row) => row.code === code);
      const control = event?.currentTarget?.dataset.control;
      this.put(from, from + by, control);
    },
    gripKey(event, code) {
      const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.step(code, by, event);
    },
    put(from, to, control) {
      if (to < 0 || to >= this.rows.length || from === to) return;
      const codes = this.rows.map((row) => row.code);
      const [code] = codes.splice(from, 1);
      codes.splice(to, 0, code);
      this.said = this.words.moved.replace("{name}", this.rows[from].label).replace("{place}", to + 1).replace("{count}", codes.length);
      this.arrange(codes);
      this.moved = control ? [code, control] : null;
    },
    focusOn(code, control) {
      this.moved = null;
      const row = this.$el.querySelector(`[data-code="${CSS.escape(code)}"]`);
      const wanted = row?.querySelector(`[data-control="${control}"]`);
      (wanted && !wanted.disabled ? wanted : row?.querySelector("[data-control=grip]"))?.focus();
    },
    pressGrip(event, code) {
      if (event.button !== 0 || this.listening) return;
      const ends = new AbortController();
      const start = event.clientY;
      const on = (name, act, more = {}) => window.addEventListener(name, act, { signal: ends.signal, ...more });
      this.listening = ends;
      on("pointermove", (move) => {
        if (move.pointerId !== event.pointerId || (!this.carried && Math.abs(move.clientY - start) < FAR)) return;
        this.carried = code;
        this.gap = this.gapAt(move.clientY);
      });
      on("pointerup", () => this.release());
      on("pointercancel", () => this.letGo());
      on("keydown", (key) => key.key === "Escape" && this.letGo());
    },
    gapAt(y) {
      const rows = [...this.$el.querySelectorAll("[data-code]")];
      const below = rows.findIndex((row) => {
        const box = row.getBoundingClientRect();
        return y < box.top + box.height / 2;
      });
      return below < 0 ? rows.length : below;
    },
    release() {
      const { carried, gap } = this;
      this.letGo();
      if (!carried) return;
      const from = this.rows.findIndex((row) => row.code === carried);
      this.put(from, gap > from ? gap - 1 : gap, "grip");
    },
    letGo() {
      this.listening?.abort();
      this.listening = null;
      this.carried = null;
      this.gap = null;
    },
  },
};
