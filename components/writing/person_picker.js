// Somebody among the people whom one may name.
import { Icon } from "./icon.js";
import { finding } from "./finding.js";

export const PersonPicker = {
  components: { Icon },
  mixins: [finding],
  props: { id: String, field: Object, value: null, people: Array, error: String, words: Object, sprite: String },
  emits: ["change"],
  template: `
    <div class="field person-choice" role="radiogroup" :aria-labelledby="id + '-label'" :aria-describedby="described" :aria-required="field.required ? 'true' : null" :aria-invalid="error ? 'true' : null">
      <div class="field-head"><span class="field-label" :id="id + '-label'">{{ field.label }}</span><span v-if="!field.required" class="field-optional">{{ words.optional }}</span></div>
      <input v-if="many" class="input" type="search" v-model="query" :aria-label="words.find_person" :placeholder="words.find_person">
      <div class="choices share-people" :class="{ long: many }">
        <label v-if="!field.required" class="choice"><input type="radio" :name="id" :checked="!value" @change="$emit('change', '')"><span>{{ words.nobody }}</span></label>
        <label v-for="person in found" :key="person.id" class="choice">
          <input type="radio" :name="id" :checked="value === person.id" @change="$emit('change', person.id)">
          <span><bdi>{{ person.name }}</bdi></span>
        </label>
        <p v-if="!found.length" class="field-hint">{{ words.nobody_found }}</p>
      </div>
      <div v-if="error" class="field-error" :id="id + '-error'"><Icon name="circle-alert" :sprite="sprite" /><span>{{ error }}</span></div>
      <div v-if="field.hint" class="field-hint" :id="id + '-hint'">{{ field.hint }}</div>
    </div>`,
  computed: {
    described() {
      return [this.error && `${this.id}-error`, this.field.hint && `${this.id}-hint`].filter(Boolean).join(" ") || null;
    },
  },
  methods: {
    focus() {
      this.$el.querySelector("input")?.focus();
    },
  },
};
