// A label with an icon; with a status it takes the status's colours.

export default {
  template: `
    <span :class="status ? 'status-' + status : null" :title="title || null">
      <svg v-if="icon" class="icon small" viewBox="0 0 24 24" aria-hidden="true"><use :href="icon"></use></svg>{{ label }}</span>`,
  props: { label: String, icon: String, status: String, title: String },
};
