// The portal's logo as it stands on light and on dark, and a file to put in its place. Files go by plain HTTP.
export default {
  emits: ["stored"],
  template: `
    <div class="logo-field">
      <div v-if="logo" class="row gap-2">
        <figure v-for="ground in ['light', 'dark']" class="logo-ground" :data-theme="ground">
          <span class="logo-stage"><img class="logo-image" :class="plate && 'on-' + plate" :src="logo" :alt="words.alt"></span>
          <figcaption class="faint small">{{ words['on_' + ground] }}</figcaption>
        </figure>
      </div>
      <p v-else class="soft small">{{ words.own }}</p>
      <p v-if="plate" class="small soft">{{ words['plate_' + plate] }}</p>
      <div class="row gap-1">
        <label class="button" :class="{ busy }">
          <input ref="file" type="file" class="visually-hidden" accept="image/png,image/jpeg,image/webp" :aria-describedby="$attrs.id + '-hint'" @change="send">
          <span>{{ words.choose }}</span>
        </label>
        <slot></slot>
      </div>
      <div v-if="error" class="field-error" role="alert"><svg class="icon small" viewBox="0 0 24 24" aria-hidden="true"><use :href="errorIcon"></use></svg><span>{{ error }}</span></div>
      <div class="field-hint" :id="$attrs.id + '-hint'">{{ words.hint }}</div>
    </div>`,
  props: { logo: String, plate: String, words: Object, address: String, errorIcon: String },
  data() {
    return { busy: false, error: "" };
  },
  methods: {
    async send() {
      const file = this.$refs.file.files[0];
      if (!file || this.busy) return;
      this.busy = true;
      this.error = "";
      try {
        const answer = await fetch(this.address, { method: "POST", body: file, headers: { "Content-Type": "application/octet-stream" } });
        if (answer.status === 201) this.$emit("stored");
        else this.error = answer.status === 413 ? this.words.too_large : (await answer.json()).message;
      } catch {
        this.error = this.words.failed;
      }
      this.busy = false;
      this.$refs.file.value = "";
    },
  },
};
