// The questions of a form, or the kinds of request, in their order: one is chosen, each can be moved.
import { sorting } from "sorting";
import { Icon } from "ticket-parts";

export default {
  components: { Icon },
  mixins: [sorting],
  props: { rows: Array, chosen: String, label: String, words: Object, sprite: String },
  emits: ["choose", "arrange"],
  template: `
    <div class="field-list">
      <ol :aria-label="label">
        <li v-for="(row, index) in rows" :key="row.code" class="field-row" :class="[marks(row, index), { chosen: row.code === chosen }]" :data-code="row.code">
          <button type="button" class="grip" data-control="grip" :aria-label="row.label + ': ' + words.grip" :title="words.grip" @pointerdown="pressGrip($event, row.code)" @keydown="gripKey($event, row.code)"><Icon name="grip-vertical" :sprite="sprite" /></button>
          <button type="button" class="field-row-name" :aria-current="row.code === chosen ? 'true' : null" @click="$emit('choose', { code: row.code })">
            <Icon :name="row.icon" :sprite="sprite" />
            <span class="field-row-text"><span class="field-row-label">{{ row.label }}<span v-if="row.required" class="field-row-required" aria-hidden="true">*</span></span>
              <span class="field-row-kind">{{ row.note }}<span v-if="row.required" class="visually-hidden">, {{ words.required }}</span></span></span>
            <span v-for="mark in row.marks" :key="mark.icon" class="field-row-mark" :class="mark.tone" :title="mark.label"><Icon :name="mark.icon" :sprite="sprite" /><span class="visually-hidden">{{ mark.label }}</span></span>
          </button>
          <span class="field-row-moves">
            <button type="button" class="button quiet icon-only dense" data-control="up" :disabled="index === 0" :aria-label="row.label + ': ' + words.up" :title="words.up" @click="step(row.code, -1, $event)"><Icon name="chevron-up" :sprite="sprite" /></button>
            <button type="button" class="button quiet icon-only dense" data-control="down" :disabled="index === rows.length - 1" :aria-label="row.label + ': ' + words.down" :title="words.down" @click="step(row.code, 1, $event)"><Icon name="chevron-down" :sprite="sprite" /></button>
          </span>
        </li>
      </ol>
      <p class="visually-hidden" role="status" aria-live="polite">{{ said }}</p>
    </div>`,
  methods: {
    arrange(codes) {
      this.$emit("arrange", { codes });
    },
  },
};
