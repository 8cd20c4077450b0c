// The areas of the administration: a column at the side, on narrow windows a list that opens from where one is.

export default {
  template: `
    <nav class="admin-areas" :aria-label="label">
      <details v-if="narrow" class="admin-areas-closed hanging">
        <summary>
          <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><use :href="here.icon"></use></svg>
          <span class="strong clip">{{ here.label }}</span>
          <svg class="icon small" viewBox="0 0 24 24" aria-hidden="true"><use :href="arrow"></use></svg>
        </summary>
        <component :is="'admin-areas-list'" v-bind="{ groups, current }"></component>
      </details>
      <component v-else :is="'admin-areas-list'" v-bind="{ groups, current }"></component>
    </nav>`,
  components: {
    "admin-areas-list": {
      props: { groups: Array, current: String },
      template: `
        <div class="admin-areas-list">
          <div v-for="group in groups" :key="group.label" role="group" :aria-label="group.label">
            <p class="admin-areas-group" aria-hidden="true">{{ group.label }}</p>
            <a v-for="area in group.areas" :key="area.href" :href="area.href" :aria-current="area.name === current ? 'page' : null">
              <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><use :href="area.icon"></use></svg>
              <span>{{ area.label }}</span>
              <span v-if="area.count" class="count">{{ area.count }}</span>
            </a>
          </div>
        </div>`,
    },
  },
  props: { groups: Array, current: String, label: String, arrow: String },
  data() {
    return { narrow: false };
  },
  computed: {
    here() {
      return this.groups.flatMap((group) => group.areas).find((area) => area.name === this.current);
    },
  },
  created() {
    this.media = matchMedia("(max-width: 1023px)");
    this.measure = () => (this.narrow = this.media.matches);
    this.measure();
    this.media.addEventListener("change", this.measure);
  },
  unmounted() {
    this.media.removeEventListener("change", this.measure);
  },
};
