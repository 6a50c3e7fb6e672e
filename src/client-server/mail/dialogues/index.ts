export { DialogueBook } from './dialogue-book.ts'
