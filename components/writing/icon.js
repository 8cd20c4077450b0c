// An icon of the portal's sprite, as decoration.
export const Icon = {
  props: { name: String, sprite: String },
  template: `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><use :href="sprite + '#' + name"></use></svg>`,
};
