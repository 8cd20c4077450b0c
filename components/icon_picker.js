// One icon out of a few, all in sight.
export default {
  inheritAttrs: false,
  props: { icons: Array, chosen: String, label: String, sprite: String },
  emits: ["choose"],
  template: `
    <div class="icon-picker" role="radiogroup" :aria-label="label" :id="$attrs.id">
      <span class="field-label" aria-hidden="true">{{ label }}</span>
      <span class="icon-picker-choices">
        <label v-for="icon in icons" :key="icon" class="icon-choice" :title="icon">
          <input type="radio" :name="$attrs.id" :checked="icon === chosen" :aria-label="icon" @change="$emit('choose', { icon })">
          <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><use :href="sprite + '#' + icon"></use></svg>
        </label>
      </span>
    </div>`,
};
