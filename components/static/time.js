// A <time> that reads as "5 minutes ago" and keeps itself current; all of them share one timer.

const STEPS = [
  ["minute", 60, 3600],
  ["hour", 3600, 86400],
  ["day", 86400, 7 * 86400],
];
const shown = new Set();
setInterval(() => shown.forEach((time) => time.tick()), 20000);

export default {
  template: `<time :datetime="datetime" :title="full">{{ label }}</time>`,
  props: { text: String, datetime: String, full: String, far: String, relative: Boolean, language: String, justNow: String },
  data() {
    return { now: Date.now() };
  },
  computed: {
    label() {
      if (!this.relative) return this.text;
      const seconds = (new Date(this.datetime) - this.now) / 1000;
      const distance = Math.abs(seconds);
      if (distance < 45) return this.justNow;
      const step = STEPS.find(([unit, size, limit]) => Math.round(distance / size) * size < limit);
      if (!step) return this.far;
      const count = Math.max(1, Math.round(distance / step[1])) * Math.sign(seconds);
      return new Intl.RelativeTimeFormat(this.language, { numeric: "auto" }).format(count, step[0]);
    },
  },
  mounted() {
    shown.add(this);
  },
  unmounted() {
    shown.delete(this);
  },
  methods: {
    tick() {
      this.now = Date.now();
    },
  },
};
