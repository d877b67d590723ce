using System.Text.RegularExpressions;
using System.Xml.Linq;
using Architecture.Tests.Source;

namespace Architecture.Tests.Laws;

public partial class DocumentTests
{
    private static readonly IReadOnlyList<string> Pages = [.. Checkout.FilesBelow(["docs"], "*.md"), "README.md", "CONTRIBUTING.md"];

    [Fact]
    public void RfcMap_EveryEntry_PointsToAFileThatExists() => Assert.Empty(MapEntries(Checkout.Read("docs/rfc-map.md")).SelectMany(MissingEntry));

    [Fact]
    public void Lessons_EveryTestNamed_Exists() => Assert.DoesNotContain(TestNames(Checkout.Read("docs/lessons.md")), IsMissingTest);

    [Fact]
    public void RfcMap_EveryTestNamed_Exists() => Assert.DoesNotContain(TestNames(Checkout.Read("docs/rfc-map.md")), IsMissingTest);

    [Fact]
    public void Lessons_NameTests() => Assert.NotEmpty(TestNames(Checkout.Read("docs/lessons.md")));

    [Fact]
    public void Links_OfEveryPage_LeadSomewhere() => Assert.Empty(Pages.SelectMany(page => DeadLinks(page, Checkout.Read(page))));

    [Fact]
    public void Package_OfEveryProject_HasItsReason()
    {
        var reasons = Reasons();

        Assert.Empty(VersionsOf(Checkout.Read("Directory.Packages.props")).Except(reasons));
    }

    [Fact]
    public void Package_OfTheVersionsFile_IsUsed()
    {
        var used = Checkout.Projects.SelectMany(project => project.Packages).ToHashSet();

        Assert.Equal(used.Order(), VersionsOf(Checkout.Read("Directory.Packages.props")).Order());
    }

    [Theory]
    [InlineData("Supported")]
    [InlineData("Not supported")]
    [InlineData("Reading order")]
    public void Readme_Table_IsThere(string heading) => Assert.NotEmpty(DocTable.Below(Checkout.Read("README.md"), heading));

    [Fact]
    public void Page_Anywhere_NamesNoPathOfAMachine() =>
        Assert.Empty(Pages.Where(page => MachinePath().IsMatch(Checkout.Read(page))).Concat(Checkout.Sources.Where(file => MachinePath().IsMatch(file.Text)).Select(file => file.Path)));

    [Fact]
    public void MissingEntry_Violation_IsTold()
    {
        Assert.Single(MissingEntry(("dataplane/Wire/Ipsec/NoSuchView.cs", "")));
        Assert.Single(MissingEntry(("dataplane/Wire/Ipsec/EspView.cs", "NoSuchType")));
        Assert.Empty(MissingEntry(("dataplane/Wire/Ipsec/EspView.cs", "EspView")));
    }

    [Fact]
    public void IsMissingTest_Violation_IsTold()
    {
        Assert.True(IsMissingTest($"{nameof(DocumentTests)}.No_SuchTest_IsThere"));
        Assert.False(IsMissingTest($"{nameof(DocumentTests)}.{nameof(IsMissingTest_Violation_IsTold)}"));
    }

    [Fact]
    public void DeadLinks_Violation_IsTold() => Assert.Single(DeadLinks("docs/a.md", "[a](no-such.md) [b](../IpsecDp.sln) [c](https://example.org)"));

    [Theory]
    [InlineData("/ro" + "ot/x")]
    [InlineData("/wor" + "k/main")]
    [InlineData("/ho" + "me/somebody/x")]
    public void MachinePath_Violation_IsTold(string text) => Assert.Matches(MachinePath(), text);

    // A row's last cell names files, and behind each, after a colon, a type where the file holds several.
    private static IEnumerable<(string Path, string Type)> MapEntries(string page) =>
        from line in page.Split('\n')
        where line.StartsWith("| ", StringComparison.Ordinal) && line.Contains('`')
        from entry in DocTable.Quoted(line.Trim().Trim('|').Split('|')[^1])
        let parts = entry.Split(':')
        select (parts[0], parts.Length > 1 ? parts[1] : "");

    private static IEnumerable<string> MissingEntry((string Path, string Type) entry)
    {
        if (!Checkout.Has(entry.Path))
        {
            return [$"{entry.Path} does not exist"];
        }

        return entry.Type.Length == 0 || Regex.IsMatch(Checkout.Read(entry.Path), $@"\b{entry.Type}\b") ? [] : [$"{entry.Path} holds no {entry.Type}"];
    }

    private static IEnumerable<string> TestNames(string page) => TestName().Matches(page).Select(match => match.Groups["name"].Value).Distinct();

    private static bool IsMissingTest(string name)
    {
        var (type, method) = (name.Split('.')[0], name.Split('.')[1]);
        return !Checkout.Sources.Any(file => Regex.IsMatch(file.Code, $@"\bclass {type}\b") && Regex.IsMatch(file.Code, $@"\b{method}\("));
    }

    private static IEnumerable<string> DeadLinks(string page, string text)
    {
        var folder = page.Contains('/') ? page[..page.LastIndexOf('/')] : "";
        return from Match match in Link().Matches(text)
               let target = match.Groups["target"].Value.Split('#')[0]
               where target.Length > 0 && !target.Contains(':') && !Checkout.Has(Path.Combine(folder, target))
               select $"{page}: {target}";
    }

    private static HashSet<string> Reasons() =>
        [.. DocTable.Below(Checkout.Read("docs/dependencies.md"), "Packages").Where(row => row[^1].Length > 0).SelectMany(row => DocTable.Quoted(row[0]))];

    private static IEnumerable<string> VersionsOf(string props) =>
        XDocument.Parse(props).Descendants("PackageVersion").Select(version => version.Attribute("Include")!.Value);

    [GeneratedRegex(@"`(?<name>[A-Za-z0-9]+(Tests|Conformance)\.\w+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex TestName();

    [GeneratedRegex(@"(?<!!)\[[^\]]*\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex("(^|[\\s\"'`(=])/(ro" + "ot|wor" + "k|ho" + "me/\\w+)/")]
    private static partial Regex MachinePath();
}
