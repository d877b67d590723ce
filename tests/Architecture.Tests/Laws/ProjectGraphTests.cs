using System.Text.RegularExpressions;
using Architecture.Tests.Source;

namespace Architecture.Tests.Laws;

public partial class ProjectGraphTests
{
    private static readonly IReadOnlyDictionary<string, HashSet<string>> Allowed = Read(Checkout.Read("docs/architecture.md"));

    [Fact]
    public void References_OfEveryProject_AreThoseOfTheTable() => Assert.Empty(Checkout.Projects.SelectMany(project => WrongReferences(project, Allowed)));

    [Fact]
    public void Table_HasEveryProject_AndNoOther() =>
        Assert.Equal(Checkout.Projects.Select(project => project.Room).Order(), Allowed.Keys.Order());

    [Fact]
    public void Usings_OfTheProduct_StayInsideItsRow() => Assert.Empty(Checkout.Product.SelectMany(file => ForeignUsings(file, RoomOf(file), Allowed)));

    [Fact]
    public void Solution_HasEveryProject()
    {
        var solution = Checkout.Read("IpsecDp.sln").Replace('\\', '/');

        Assert.Empty(Checkout.Projects.Where(project => !solution.Contains($"\"{project.Path}\"")).Select(project => project.Path));
    }

    [Theory]
    [InlineData("<ProjectReference Include=\"../../control/Policy/P.csproj\" />", "may not see Policy")]
    [InlineData("", "does not use Wire")]
    public void WrongReferences_Violation_IsTold(string reference, string expected)
    {
        var project = ProjectFile.Parse("dataplane/Ports/P.csproj", $"<Project><RootNamespace>X</RootNamespace><A>{reference}</A></Project>");

        Assert.Contains(WrongReferences(project, Allowed), fault => fault.Contains(expected));
    }

    [Fact]
    public void ForeignUsings_Violation_IsTold()
    {
        var file = new SourceFile("dataplane/Wire/Ip/A.cs", "using System;\nusing IpsecDp.Ports.Buffers;\nnamespace IpsecDp.Wire.Ip;\n");

        Assert.Single(ForeignUsings(file, "Wire", Allowed));
    }

    private static IEnumerable<string> WrongReferences(ProjectFile project, IReadOnlyDictionary<string, HashSet<string>> allowed)
    {
        var row = allowed.GetValueOrDefault(project.Room, []);
        return project.References.Except(row).Select(room => $"{project.Path} may not see {room}")
            .Concat(row.Except(project.References).Select(room => $"{project.Path} does not use {room}, which the table allows"));
    }

    private static IEnumerable<string> ForeignUsings(SourceFile file, string room, IReadOnlyDictionary<string, HashSet<string>> allowed) =>
        from Match match in OwnUsing().Matches(file.Code)
        let used = match.Groups["room"].Value
        where used != room && allowed.ContainsKey(used) && !allowed.GetValueOrDefault(room, []).Contains(used)
        select $"{file.Path} uses {used}";

    private static string RoomOf(SourceFile file) =>
        Checkout.Projects.Where(project => file.Path.StartsWith(project.Folder + "/", StringComparison.Ordinal)).Select(project => project.Room).SingleOrDefault("");

    private static Dictionary<string, HashSet<string>> Read(string page)
    {
        var rows = new Dictionary<string, HashSet<string>>();
        foreach (var row in DocTable.Below(page, "Who may see whom"))
        {
            foreach (var project in DocTable.Quoted(row[0]))
            {
                rows.Add(project, [.. DocTable.Quoted(row[1])]);
            }
        }

        return rows;
    }

    [GeneratedRegex(@"^\s*(global\s+)?using\s+(static\s+|\w+\s*=\s*)?IpsecDp\.(?<room>\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex OwnUsing();
}
