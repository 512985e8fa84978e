import type { Preset } from '../preset.ts'
import { every } from '../sending.ts'

export const meraki: Preset = {
  title: 'Cisco Meraki client VPN',
  settings: {
    patience: { value: '15s', from: 'doubleclue', because: '5 s, three times' },
    challenges: { value: false, from: 'doubleclue' },
    person_specific_device: { value: false, from: 'unverified' },
  },
  protocols: [{ value: 'pap', from: 'meraki-docs' }],
  sending: { ...every(5, 3), from: 'doubleclue' },
  timers: [{ text: 'Time-out 5 s, 3 tries.', from: 'doubleclue' }],
  advice: [
    {
      text: 'Ask the support of Meraki for a time-out of 60 s; only they can change it.',
      from: 'duo',
    },
  ],
  advisedPatience: '60s',
  groups: [
    { name: 'Filter-Id', use: 'name of a group policy', from: 'unverified' },
    { name: 'Airespace-ACL-Name', use: 'name of a group policy', from: 'unverified' },
  ],
  device: [],
  quirks: [
    {
      id: 'timer-by-support-only',
      text: 'Time-out and tries are not in the dashboard.',
      from: 'doubleclue',
    },
  ],
}
