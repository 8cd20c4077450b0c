// Above a ticket: back to the list, to the ticket before and after, and the customer's view of the conversation.
// Beside a list, the list itself says whether there is one before and after, and is asked to open it.
import { Icon } from "ticket-parts";
import { aside as beside } from "ticket-parts/aside.js";

export default {
  components: { Icon },
  props: { words: Object, sprite: String, back: String, previous: String, following: String, customer: Boolean, aside: String },
  emits: ["switch"],
  template: `
    <div class="agent-bar-top" role="group" :aria-label="words.label">
      <template v-if="aside">
        <button v-for="way in ways" :key="way.name" type="button" class="button quiet dense icon-only" :disabled="!beside[way.name]" :aria-label="way.label" :title="way.label + ' (' + way.key + ')'" @click="beside.show(beside[way.name])"><Icon :name="way.icon" :sprite="sprite" /></button>
        <a class="button quiet dense" :href="'/tickets/' + aside"><Icon name="external-link" :sprite="sprite" /><span>{{ words.full }}</span></a>
      </template>
      <template v-else>
        <a v-if="back" class="button quiet dense" :href="back"><Icon name="arrow-left" :sprite="sprite" />{{ words.back }}</a>
        <a v-if="previous" class="button quiet dense agent-step" :href="'/tickets/' + previous" :title="words.previous + ' (K)'"><Icon name="chevron-up" :sprite="sprite" /><span>{{ words.previous }}</span></a>
        <a v-if="following" class="button quiet dense agent-step" :href="'/tickets/' + following" :title="words.next + ' (J)'"><Icon name="chevron-down" :sprite="sprite" /><span>{{ words.next }}</span></a>
      </template>
      <button type="button" class="button quiet dense agent-eye" :aria-pressed="String(customer)" :title="words.as_customer + ' (V)'" @click="$emit('switch')"><Icon :name="customer ? 'eye-off' : 'eye'" :sprite="sprite" /><span>{{ words.as_customer }}</span></button>
      <button v-if="aside" type="button" class="button quiet dense icon-only" :aria-label="words.close" :title="words.close + ' (Esc)'" @click="beside.close()"><Icon name="x" :sprite="sprite" /></button>
      <p v-if="customer" class="notice warning agent-as-customer" role="status"><Icon name="eye" :sprite="sprite" /><span class="notice-text">{{ words.as_customer_on }}</span><button type="button" class="button dense" @click="$emit('switch')">{{ words.as_customer_off }}</button></p>
    </div>`,
  data: () => ({ beside }),
  computed: {
    ways() {
      return [
        { name: "previous", label: this.words.previous, key: "K", icon: "chevron-up" },
        { name: "next", label: this.words.next, key: "J", icon: "chevron-down" },
      ];
    },
  },
};
