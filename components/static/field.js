// A labelled native input that keeps what is being typed to itself.
// `value` counts only at the start and when `revision` rises: a late echo of the server never moves the cursor.

const NEAR = 0.8; // from this part of the limit on it is told how much is left

export default {
  emits: ["typing", "change", "submit"],
  template: `
    <div class="field" :class="'field-' + kind">
      <div class="field-head" v-if="kind !== 'check'" :class="{ 'visually-hidden': labelHidden }">
        <label v-if="single" class="field-label" :for="ids.input">{{ label }}</label>
        <span v-else class="field-label" :id="ids.label">{{ label }}</span>
        <span v-if="optionalWord" class="field-optional" :id="ids.optional">{{ optionalWord }}</span>
        <span v-if="near" class="field-count" :class="{ over: left < 0 }" :id="ids.count">{{ left }}</span>
      </div>

      <textarea v-if="kind === 'textarea'" ref="input" class="input" v-bind="common" :rows="rows" :placeholder="placeholder"
        @input="typed" @blur="flush" @keydown="pressed"></textarea>

      <select v-else-if="kind === 'select'" ref="input" class="input" v-bind="common" :value="local" @change="chosen($event.target.value)">
        <option v-if="prompt && (!required || !local)" value="">{{ prompt }}</option>
        <option v-for="option in options" :key="option.value" :value="option.value">{{ option.label }}</option>
      </select>

      <div v-else-if="kind === 'radio' || kind === 'checks'" class="choices" :class="{ across }" :role="kind === 'radio' ? 'radiogroup' : 'group'"
        :aria-labelledby="ids.label" :aria-describedby="described" :aria-invalid="error && kind === 'radio' ? 'true' : null"
        :aria-required="required && kind === 'radio' ? 'true' : null">
        <label v-for="(option, index) in options" :key="option.value" class="choice">
          <input :ref="index ? null : 'input'" :type="kind === 'radio' ? 'radio' : 'checkbox'" :name="ids.input" :value="option.value"
            :checked="kind === 'radio' ? local === option.value : local.includes(option.value)" :disabled="disabled || null"
            @change="kind === 'radio' ? chosen(option.value) : ticked(option.value, $event.target.checked)">
          <span>{{ option.label }}<small v-if="option.hint" class="choice-hint">{{ option.hint }}</small></span>
        </label>
      </div>

      <label v-else-if="kind === 'check'" class="choice">
        <input ref="input" type="checkbox" v-bind="common" :checked="local" @change="chosen($event.target.checked)">
        <span>{{ label }}</span>
      </label>

      <input v-else ref="input" class="input" v-bind="common" :type="type" :placeholder="placeholder" :inputmode="inputmode || null" :autocomplete="autocomplete"
        :list="suggestions.length ? ids.list : null" @input="typed" @change="flush" @blur="flush" @keydown="pressed">
      <datalist v-if="suggestions.length" :id="ids.list"><option v-for="text in suggestions" :key="text" :value="text"></option></datalist>

      <div v-if="error" class="field-error" :id="ids.error">
        <svg class="icon small" viewBox="0 0 24 24" aria-hidden="true"><use :href="errorIcon"></use></svg><span>{{ error }}</span>
      </div>
      <div v-if="hint" class="field-hint" :id="ids.hint">{{ hint }}</div>
    </div>`,
  props: {
    kind: String,
    label: String,
    labelHidden: Boolean,
    value: null,
    revision: Number,
    required: Boolean,
    optionalWord: String,
    hint: String,
    error: String,
    errorIcon: String,
    name: String,
    disabled: Boolean,
    limit: Number,
    rows: Number,
    type: { type: String, default: "text" },
    placeholder: String,
    inputmode: String,
    autocomplete: String,
    suggestions: { type: Array, default: () => [] },
    options: { type: Array, default: () => [] },
    across: Boolean,
    prompt: String,
    debounce: { type: Number, default: 300 },
  },
  data() {
    return { local: this.value };
  },
  computed: {
    ids() {
      const id = this.$attrs.id;
      const of = (part) => `${id}-${part}`;
      return { input: of("input"), label: of("label"), optional: of("optional"), count: of("count"), hint: of("hint"), error: of("error"), list: of("list") };
    },
    single() {
      return this.kind !== "radio" && this.kind !== "checks";
    },
    left() {
      return this.limit - [...String(this.local)].length;
    },
    near() {
      return Boolean(this.limit) && this.left <= this.limit * (1 - NEAR);
    },
    described() {
      return [this.error && this.ids.error, this.hint && this.ids.hint, this.optionalWord && this.ids.optional].filter(Boolean).join(" ") || null;
    },
    common() {
      return {
        id: this.ids.input,
        name: this.name || null,
        disabled: this.disabled || null,
        "aria-required": this.required ? "true" : null,
        "aria-invalid": this.error ? "true" : null,
        "aria-describedby": this.described,
      };
    },
  },
  watch: {
    revision() {
      clearTimeout(this.timer);
      this.timer = null;
      this.local = this.value;
      this.show();
    },
  },
  mounted() {
    this.show();
  },
  beforeUnmount() {
    this.flush();
  },
  methods: {
    // What is typed is written into the input by hand, never bound: Vue must not touch it while a person types.
    show() {
      if (this.kind !== "text" && this.kind !== "textarea") return;
      if (this.$refs.input.value !== this.local) this.$refs.input.value = this.local;
      this.grow();
    },
    typed(event) {
      this.local = event.target.value;
      this.grow();
      this.$emit("typing", this.local);
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.flush(), this.debounce);
    },
    flush() {
      if (!this.timer) return;
      clearTimeout(this.timer);
      this.timer = null;
      this.$emit("change", this.local);
    },
    chosen(value) {
      this.local = value;
      this.$emit("change", value);
    },
    ticked(value, on) {
      this.local = on ? [...this.local, value] : this.local.filter((other) => other !== value);
      this.$emit("change", this.local);
    },
    pressed(event) {
      if (event.key !== "Enter" || event.isComposing) return;
      if (this.kind === "textarea" && !(event.ctrlKey || event.metaKey)) return;
      this.flush();
      this.$emit("submit");
    },
    grow() {
      if (this.kind !== "textarea" || CSS.supports("field-sizing", "content")) return;
      const input = this.$refs.input;
      input.style.height = "auto";
      input.style.height = `${Math.min(input.scrollHeight + 2, innerHeight / 2)}px`;
    },
    focus() {
      this.$refs.input?.[0]?.focus?.() ?? this.$refs.input?.focus?.();
    },
  },
};
