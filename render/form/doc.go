// Package form fills an insurer's own form, a workbook (XLSX) or a PDF with form fields (AcroForm), with answers of a
// questionnaire.
//
// A map says which cell or field gets what:
//
//	version: 1
//	words: {yes: "Yes", no: "No", partial: "Sometimes"}     # what the form calls the answers; these are the defaults but for partial
//	cells:                   # of a workbook
//	  - sheet: Application
//	    cell: D5
//	    question: rdp-closed
//	    put: answer          # answer, comment, by, as of, scope or client
//	fields:                  # of a PDF, in a map of its own
//	  - field: applicant.rdp # the full name
//	    question: rdp-closed
//	    put: answer
//	    when: "no"           # of a check box alone: the answer at which it is ticked; yes if it is left out
//
// An answer that is not provable or not given leaves its cell or field as it was and is listed; so is one for which the
// form has no word. What does not fit the form (a drop-down or an option without the answer, a text that is too long, a
// field that is read-only or not there) is an error, and nothing is written.
//
// # Workbooks
//
// Only the cells that the map names are changed, by editing the sheet's XML at their place: every other byte of the sheet
// and every other part of the file stays as it is, with formats, validation lists, protection and drawings. Cells with
// formulas keep the results that they were saved with until a program calculates them anew. Encrypted and signed forms are
// refused. Validated in LibreOffice and excelize, not in Excel.
//
// # PDF
//
// The form's bytes stay as they are, and one revision is written behind them (ISO 32000-1, 7.5.6). It holds the fields of
// the map, in which nothing changes but their value and what shows it (V, I, RV, AS, AP), and new objects that show the
// texts. There are no dates and no random numbers in it: the same answers give the same bytes. Nothing else changes but
// what would have a viewer show something other than the fields: NeedAppearances, where every field has looks of its own;
// a copy of the form as XFA; usage rights for Adobe Reader, which end with any change. The last two are listed.
//
// Texts are drawn in the standard font that is nearest to the form's, smaller than the form has it where they would not
// fit, down to 6 points. What cannot be shown all the same is listed as to be looked at, never dropped in silence: characters that the
// font lacks, lines beyond the box. The value has all of it. Scripts of the form are not run, which is listed too.
//
// Refused are forms that are encrypted, damaged or cut short, that are XFA alone, that somebody signed, and that are
// certified against being filled in. Validated by qpdf, pdfcpu, Poppler, MuPDF and LibreOffice, not in Acrobat.
package form
