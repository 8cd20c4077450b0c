// Above a ticket: back to the list, to the ticket before and after, and the customer's view of the conversation.
import { Icon } from "ticket-parts";

export default {
  components: { Icon },
  props: { words: Object, sprite: String, back: String, previous: String, following: String, customer: Boolean },
  emits: ["switch"],
  template: `
    <div class="agent-bar-top" role="group" :aria-label="words.label">
      <a v-if="back" class="button quiet dense" :href="back"><Icon name="arrow-left" :sprite="sprite" />{{ words.back }}</a>
      <a v-if="previous" class="button quiet dense" :href="'/tickets/' + previous" :title="words.previous + ' (K)'"><Icon name="chevron-up" :sprite="sprite" />{{ words.previous }}</a>
      <a v-if="following" class="button quiet dense" :href="'/tickets/' + following" :title="words.next + ' (J)'"><Icon name="chevron-down" :sprite="sprite" />{{ words.next }}</a>
      <button type="button" class="button quiet dense agent-eye" :aria-pressed="String(customer)" :title="words.as_customer + ' (V)'" @click="$emit('switch')"><Icon :name="customer ? 'eye-off' : 'eye'" :sprite="sprite" />{{ words.as_customer }}</button>
      <p v-if="customer" class="notice warning agent-as-customer" role="status"><Icon name="eye" :sprite="sprite" /><span class="notice-text">{{ words.as_customer_on }}</span><button type="button" class="button dense" @click="$emit('switch')">{{ words.as_customer_off }}</button></p>
    </div>`,
};
