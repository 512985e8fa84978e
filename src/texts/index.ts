// What a person reads or hears, in their language. Implements `Texts` of `signin/`.
// May import `signin/` (types) and `support/`.
export type { Language } from './language.ts'
export {
  builtInLanguages,
  createTexts,
  type SpokenTexts,
  TextsError,
  type TextsOptions,
} from './texts.ts'
