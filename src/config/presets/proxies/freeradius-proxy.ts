import type { Preset } from '../preset.ts'
import { every } from '../sending.ts'

export const freeradiusProxy: Preset = {
  title: 'FreeRADIUS in front of Holdfast',
  settings: {
    patience: {
      value: '20s',
      from: 'freeradius-lab',
      because: 'response_window of the home server in its own proxy.conf',
    },
    person_specific_device: {
      value: false,
      from: 'unverified',
      because: 'what Calling-Station-Id says depends on the gateway behind it',
    },
  },
  mostPatience: {
    value: '60s',
    from: 'freeradius-config',
    because: 'the highest value that response_window takes',
  },
  protocols: [
    { value: 'pap', from: 'freeradius-lab', because: 'whatever the gateway behind it sends' },
    { value: 'ms-chapv2', from: 'freeradius-config' },
    { value: 'eap', from: 'freeradius-config' },
  ],
  // How often is up to the gateway behind it.
  sending: { ...every(5, 4), from: 'unverified' },
  timers: [
    {
      text: 'It sends again only when the gateway behind it does. After response_window it refuses the person and marks Holdfast as a zombie.',
      from: 'freeradius-lab',
    },
    {
      text: 'max_request_time, 30 s, shortens response_window.',
      from: 'freeradius-lab',
    },
  ],
  advice: [
    { text: 'Write response_window = 60 for the home server.', from: 'freeradius-lab' },
    { text: 'Raise max_request_time in radiusd.conf to 120.', from: 'freeradius-lab' },
    {
      text: 'Write status_check = status-server: Holdfast answers it, and counts as alive again at once.',
      from: 'freeradius-lab',
    },
  ],
  advisedPatience: '55s',
  groups: [],
  device: [],
  messageAuthenticator: {
    text: 'FreeRADIUS 3.2 adds it to what it passes on: write require_message_authenticator = yes for its clients. Otherwise it also signs requests that came to it unsigned.',
    from: 'freeradius-lab',
  },
  quirks: [
    {
      id: 'one-address',
      text: 'All gateways behind it come from its address: tell them apart by nas_identifier.',
      from: 'freeradius-lab',
    },
    {
      id: 'filter-username',
      text: 'The policy filter_username of its default site refuses names such as alice@CORP, which have no dot after the @.',
      from: 'freeradius-config',
    },
  ],
}
