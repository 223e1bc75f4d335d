// Package privacy knows which columns say who a person is. It finds out what a column
// holds from its header and some of its cells ([Classify]), puts that into one of five
// classes (core.FieldClass), and hides what should not be seen ([Mask], [MaskText]).
//
// What is recognised by its form is checked as far as the form allows: the check digit of
// a resident identity card (GB 11643-1999, ISO 7064 MOD 11-2) with its region and birth
// date, that of a unified social credit code (GB 32100-2015, modulo 31), Luhn's check and
// the issuer's prefix of a bank card (ISO/IEC 7812-1), the allotted prefixes of Chinese
// mobile numbers, country codes of E.164. A column is one of these only if its cells are;
// a header alone is not enough. What has no form (a name, a diagnosis, a religion) goes by
// the header, for which words.txt has the words.
//
// Numbers that are something else must not be taken for phones or cards: cells that have
// the form by chance are told by their share, by running numbers, and by headers that say
// what they are.
package privacy
