// Holds PDF files against a standard with veraPDF's library. For Rhino, which comes with it, so that no Java compiler is
// needed:
//
//     java -cp 'JARS/*' org.mozilla.javascript.tools.shell.Main check.js FLAVOUR FILE...
//
// FLAVOUR is veraPDF's name: "2b", "2u", "ua1". Prints a line for each file, "ok" or "broken" and its name, and one for
// each rule that a file breaks, indented.

/* global Packages, java, arguments, print */

var verapdf = Packages.org.verapdf;
verapdf.gf.foundry.VeraGreenfieldFoundryProvider.initialise();
var foundry = verapdf.pdfa.Foundries.defaultInstance();
var flavour = verapdf.pdfa.flavours.PDFAFlavour.byFlavourId(arguments[0]);

function check(file) {
  var parser = foundry.createParser(new java.io.FileInputStream(file), flavour);
  var validator = foundry.createValidator(flavour, false);
  var result = validator.validate(parser);
  print((result.isCompliant() ? "ok " : "broken ") + file);
  var assertions = result.getTestAssertions().iterator();
  while (assertions.hasNext()) {
    var assertion = assertions.next();
    var rule = assertion.getRuleId();
    var where = assertion.getLocation().getContext();
    print("  " + rule.getClause() + "-" + rule.getTestNumber() + ": " + assertion.getMessage() + " (" + where + ")");
  }
  validator.close();
  parser.close();
}

for (var i = 1; i < arguments.length; i++) check(arguments[i]);
