// With whom a request is shared: the whole company, or some of its people.
import { Icon } from "./icon.js";
import { finding } from "./finding.js";

export const SharePicker = {
  components: { Icon },
  mixins: [finding],
  props: { id: String, field: Object, value: Object, people: Array, company: String, byDefault: Boolean, error: String, words: Object, sprite: String },
  emits: ["change"],
  template: `
    <div class="field share" role="group" :aria-labelledby="id + '-label'" :aria-describedby="field.hint ? id + '-hint' : null">
      <div class="field-head"><span class="field-label" :id="id + '-label'">{{ field.label }}</span><span class="field-optional">{{ words.optional }}</span></div>
      <label v-if="company" class="choice">
        <input ref="first" type="checkbox" :checked="chosen.company" @change="change({ company: $event.target.checked })">
        <span>{{ words.whole_company }} <bdi>{{ company }}</bdi></span>
      </label>
      <p v-if="company && byDefault" class="field-hint">{{ words.shared_by_default }}</p>
      <template v-if="!chosen.company && people.length">
        <input v-if="many" class="input" type="search" v-model="query" :aria-label="words.find_colleague" :placeholder="words.find_colleague">
        <div class="choices share-people" :class="{ long: many }" :tabindex="many ? 0 : null" role="group" :aria-label="words.colleagues">
          <label v-for="person in found" :key="person.id" class="choice">
            <input type="checkbox" :checked="chosen.people.includes(person.id)" @change="tick(person.id, $event.target.checked)">
            <span><bdi>{{ person.name }}</bdi></span>
          </label>
          <p v-if="!found.length" class="field-hint">{{ words.nobody_found }}</p>
        </div>
      </template>
      <p v-if="!people.length" class="field-hint">{{ words.no_colleagues }}</p>
      <div v-if="error" class="field-error"><Icon name="circle-alert" :sprite="sprite" /><span>{{ error }}</span></div>
      <div v-if="field.hint" class="field-hint" :id="id + '-hint'">{{ field.hint }}</div>
    </div>`,
  computed: {
    chosen() {
      return { people: this.value?.people || [], company: Boolean(this.value ? this.value.company : this.byDefault) };
    },
  },
  methods: {
    change(part) {
      this.$emit("change", { ...this.chosen, ...part });
    },
    tick(id, on) {
      this.change({ people: on ? [...this.chosen.people, id] : this.chosen.people.filter((other) => other !== id) });
    },
    focus() {
      this.$el.querySelector("input")?.focus();
    },
  },
};
