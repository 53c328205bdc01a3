// Package form fills an insurer's own form, a workbook (XLSX), with answers of a questionnaire.
//
// A map says which cell gets what:
//
//	version: 1
//	words: {yes: "Yes", no: "No", partial: "Sometimes"}     # what the form calls the answers; these are the defaults but for partial
//	cells:
//	  - sheet: Application
//	    cell: D5
//	    question: rdp-closed
//	    put: answer          # answer, comment, by, as of or scope
//
// Only the cells that the map names are changed, by editing the sheet's XML at their place: every other byte of the sheet
// and every other part of the file stays as it is, with formats, validation lists, protection and drawings. An answer that
// is not provable or not given leaves its cell as it was and is listed; so is one for which the form has no word. A value
// that a drop-down of the form does not hold is an error, and nothing is written.
//
// Cells with formulas keep the results that they were saved with until a program calculates them anew. Encrypted and
// signed forms are refused. Validated in LibreOffice and excelize, not in Excel.
package form
