// An icon out of the sprite.

export default {
  template: `<svg viewBox="0 0 24 24" :role="label ? 'img' : null" :aria-label="label || null" :aria-hidden="label ? null : 'true'"><use :href="href"></use></svg>`,
  props: { href: String, label: String },
};
