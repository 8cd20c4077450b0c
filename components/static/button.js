// A native button or link: icon, label, and a turning circle while the server is busy with it.

export default {
  template: `
    <component :is="href ? 'a' : 'button'" :type="href ? null : type" :href="href || null"
      :target="outside ? '_blank' : null" :rel="outside ? 'noopener noreferrer' : null"
      :disabled="disabled || null" :aria-busy="busy ? 'true' : null"
      :class="{ 'icon-only': iconOnly }" :aria-label="iconOnly ? label : null" :title="iconOnly ? label : null">
      <svg v-if="icon || busy" class="icon" viewBox="0 0 24 24" aria-hidden="true"><use :href="busy && busyIcon ? busyIcon : icon"></use></svg>
      <span v-if="label && !iconOnly">{{ label }}</span>
      <slot></slot>
    </component>`,
  props: {
    label: String,
    icon: String,
    busyIcon: String,
    iconOnly: Boolean,
    href: String,
    disabled: Boolean,
    busy: Boolean,
    type: { type: String, default: "button" },
  },
  computed: {
    outside() {
      return /^https?:/.test(this.href ?? "");
    },
  },
  methods: {
    focus() {
      this.$el.focus();
    },
  },
};
