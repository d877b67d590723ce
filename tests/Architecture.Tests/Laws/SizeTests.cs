using Architecture.Tests.Source;

namespace Architecture.Tests.Laws;

public class SizeTests
{
    private const int MostLinesOfFile = 400;
    private const int MostLinesOfMember = 60;

    [Fact]
    public void File_Anywhere_HasAtMost400Lines() => Assert.Empty(Checkout.Sources.SelectMany(LongFile));

    [Fact]
    public void Member_Anywhere_HasAtMost60Lines() => Assert.Empty(Checkout.Sources.SelectMany(LongMembers));

    [Fact]
    public void Members_OfTheCheckout_AreFound()
    {
        // A scan that loses its way finds few; every file has at least a member or a type.
        var members = Checkout.Product.Sum(file => MemberScan.Of(file.Code).Members.Count);

        Assert.True(members > 4 * Checkout.Product.Count, $"{members} members in {Checkout.Product.Count} files");
    }

    [Theory]
    [InlineData(400, 0)]
    [InlineData(401, 1)]
    public void LongFile_AtTheLimit_IsTold(int lines, int expected) =>
        Assert.Equal(expected, LongFile(Snippet(string.Concat(Enumerable.Repeat("// x\n", lines)))).Count());

    [Theory]
    [InlineData("int M() { BODY }")]
    [InlineData("int M() => F(\"}\" BODY );")]
    [InlineData("int P { get { BODY } }")]
    [InlineData("bool operator ==(A a, A b) { BODY }")]
    [InlineData("[Fact(\"a\", B = new[] { 1 })] int M<T>(int x = 3) where T : class { BODY }")]
    [InlineData("class Inner { int M() { BODY } }")]
    public void LongMember_Violation_IsTold(string member)
    {
        var inside = $"namespace N;\nclass C\n{{\n    int Before;\n{member}\n    int After() => 1;\n}}\n";

        Assert.Single(LongMembers(Snippet(inside.Replace("BODY", new string('\n', MostLinesOfMember)))));
        Assert.Empty(LongMembers(Snippet(inside.Replace("BODY", new string('\n', MostLinesOfMember - 1)))));
    }

    [Fact]
    public void LongMember_Table_IsNoMethod() =>
        Assert.Empty(LongMembers(Snippet($"class C {{ int[] T = [{new string('\n', 100)}]; int[] U = {{ {new string('\n', 100)} }}; }}")));

    private static IEnumerable<string> LongFile(SourceFile file) =>
        file.Lines > MostLinesOfFile ? [$"{file.Path}: {file.Lines} lines"] : [];

    private static IEnumerable<string> LongMembers(SourceFile file) =>
        from member in MemberScan.Of(file.Code).Members
        where member.Lines > MostLinesOfMember
        select $"{file.Path}({member.FirstLine}): {member.Name} has {member.Lines} lines";

    private static SourceFile Snippet(string text) => new("snippet.cs", text);
}
