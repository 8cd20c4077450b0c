// How many tickets stand in each status; pressing one narrows the list to it.
export default {
  props: { counts: Array, narrowed: Boolean, chosen: String, label: String },
  emits: ["choose"],
  template: `
    <div class="status-counts" :class="{ narrowed }" role="group" :aria-label="label">
      <button v-for="status in counts" :key="status.code" type="button" class="status-count" :title="status.label" :aria-pressed="String(chosen === status.code)" @click="$emit('choose', { status: status.code })">
        <span v-if="!narrowed" class="status-count-number">{{ status.count }}</span>
        <span class="badge" :class="'status-' + status.code"><svg class="icon" aria-hidden="true"><use :href="status.icon"></use></svg><span>{{ status.label }}</span></span>
      </button>
    </div>`,
};
