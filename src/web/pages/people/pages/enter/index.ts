export { ConfirmPage } from './confirm.tsx'
export { ExpiredView } from './expired.tsx'
export { HelpdeskCode, ProofView } from './proof.tsx'
export { QuestionView } from './question.tsx'
