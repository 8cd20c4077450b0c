// A chart in the theme's colours: `--token` in the options becomes the colour it stands for (`--token/0.5` half
// transparent), also when the theme changes.
// Nothing in the options is ever run; what a bar or a point leads to stands in `links`, by series and place.
import { echarts } from "nicegui-echart";

const whisker = (_, api) => {
  const [low, high] = [1, 2].map((part) => api.coord([api.value(part), api.value(0)]));
  const line = (x1, y1, x2, y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style: { stroke: api.visual("color"), lineWidth: 1.5 } });
  return {
    type: "group",
    silent: true,
    children: [
      line(low[0], low[1], high[0], high[1]),
      line(low[0], low[1] - 4, low[0], low[1] + 4),
      line(high[0], high[1] - 4, high[0], high[1] + 4),
    ],
  };
};

export default {
  template: `<div class="chart" role="img" :aria-label="label"></div>`,
  props: { options: Object, links: Array, label: String, renderer: String, theme: Object, enable3d: Boolean },
  async mounted() {
    this.probe = document.createElement("span");
    this.probe.hidden = true;
    this.$el.after(this.probe);
    await document.fonts?.ready;
    if (!this.$el.isConnected) return;
    this.chart = echarts.init(this.$el, null, { renderer: "canvas" });
    this.chart.on("click", (event) => this.open(event));
    this.chart.on("mousemove", (event) => this.point(event));
    this.sized = new ResizeObserver(() => this.chart.resize());
    this.sized.observe(this.$el);
    this.dyed = new MutationObserver(() => this.update_chart());
    this.dyed.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme", "class"] });
    this.media = matchMedia("(prefers-color-scheme: dark)");
    this.media.addEventListener("change", this.update_chart);
    this.update_chart();
  },
  beforeUnmount() {
    this.media?.removeEventListener("change", this.update_chart);
    this.dyed?.disconnect();
    this.sized?.disconnect();
    this.chart?.dispose();
    this.probe?.remove();
  },
  watch: {
    options() {
      this.update_chart();
    },
  },
  methods: {
    update_chart() {
      if (!this.chart || !this.options) return;
      this.known = new Map();
      this.chart.setOption(this.dressed(this.options), { notMerge: true });
      this.$el.dataset.drawn = "yes";
    },
    dressed(value) {
      if (value === "whisker") return whisker;
      if (typeof value === "string") return value.startsWith("--") ? this.colour(value) : value;
      if (Array.isArray(value)) return value.map((each) => this.dressed(each));
      if (value === null || typeof value !== "object") return value;
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, this.dressed(each)]));
    },
    colour(token) {
      if (!this.known.has(token)) {
        const [name, alpha] = token.split("/");
        this.probe.style.color = `var(${name})`;
        const solid = getComputedStyle(this.probe).color;
        this.known.set(token, alpha ? solid.replace(/^rgb\((.*)\)$/, `rgba($1, ${alpha})`) : solid);
      }
      return this.known.get(token);
    },
    leads(event) {
      return this.links?.[event.seriesIndex]?.[event.dataIndex];
    },
    point(event) {
      this.chart.getZr().setCursorStyle(this.leads(event) ? "pointer" : "default");
    },
    open(event) {
      const href = this.leads(event);
      if (!href) return;
      const link = document.createElement("a");
      link.href = href;
      this.$el.append(link);
      link.click();
      link.remove();
    },
    png(name, days) {
      this.known = new Map();
      const backgroundColor = this.colour("--color-surface");
      const drawn = this.chart.renderToCanvas({ pixelRatio: 2, backgroundColor });
      const head = days ? 136 : 96;
      const whole = Object.assign(document.createElement("canvas"), { width: drawn.width, height: drawn.height + head });
      const pen = whole.getContext("2d");
      pen.fillStyle = backgroundColor;
      pen.fillRect(0, 0, whole.width, whole.height);
      const write = (text, font, token, down) => {
        pen.font = `${font} Onest, system-ui, sans-serif`;
        pen.fillStyle = this.colour(token);
        pen.fillText(text, 24, down, whole.width - 48);
      };
      write(name, "600 32px", "--color-text", 56);
      if (days) write(days, "24px", "--color-text-soft", 96);
      pen.drawImage(drawn, 0, head);
      const link = document.createElement("a");
      link.href = whole.toDataURL("image/png");
      link.download = `${name}.png`;
      link.click();
    },
  },
};
