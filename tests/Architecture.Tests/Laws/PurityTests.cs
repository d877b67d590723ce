using System.Text.RegularExpressions;
using Architecture.Tests.Source;

namespace Architecture.Tests.Laws;

public partial class PurityTests
{
    [Theory]
    [InlineData("dataplane/Wire/")]
    [InlineData("control/Ike/")]
    public void PureRoom_Anywhere_KnowsNoClockDiceThreadOrSocket(string room)
    {
        var files = Checkout.Sources.Where(file => file.Path.StartsWith(room, StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(files);
        Assert.Empty(Faults(files, Outer()));
    }

    [Fact]
    public void Clock_OfTheWall_IsReadThroughTimeProviderOnly() => Assert.Empty(Faults(Checkout.Sources, WallClock()));

    [Fact]
    public void Test_Anywhere_WaitsForConditionsNotForTime() =>
        Assert.Empty(Faults(Checkout.Sources.Where(file => file.Path.StartsWith("tests/", StringComparison.Ordinal)), Sleep()));

    [Fact]
    public void Work_Anywhere_IsFinished() => Assert.Empty(Faults(Checkout.Sources, Unfinished()));

    [Fact]
    public void Comment_Anywhere_PromisesNothingForLater() =>
        Assert.Empty(Checkout.Sources.Where(file => Promise().IsMatch(OnlyComments(file))).Select(file => file.Path));

    [Theory]
    [InlineData("var t = DateTime.UtcNow;")]
    [InlineData("var t = DateTimeOffset.Now;")]
    [InlineData("var r = new Random(1);")]
    [InlineData("var r = Random.Shared;")]
    [InlineData("new Thread(F)")]
    [InlineData("Task.Run(F)")]
    [InlineData("async Task F()")]
    [InlineData("new Socket(a, b, c)")]
    [InlineData("Stopwatch.GetTimestamp()")]
    public void PureRoom_Violation_IsTold(string code) => Assert.Single(Faults([Snippet(code)], Outer()));

    [Theory]
    [InlineData("throw new NotImplementedException();")]
    [InlineData("try { } catch { }")]
    [InlineData("try { } catch (Exception) { }")]
    public void Unfinished_Violation_IsTold(string code) => Assert.Single(Faults([Snippet(code)], Unfinished()));

    [Fact]
    public void Sleep_Violation_IsTold() => Assert.Equal(2, Faults([Snippet("Thread.Sleep(1);"), Snippet("await Task.Delay(1);")], Sleep()).Count());

    [Fact]
    public void Promise_Violation_IsTold() => Assert.Matches(Promise(), OnlyComments(Snippet("int x; // TO" + "DO: later")));

    private static IEnumerable<string> Faults(IEnumerable<SourceFile> files, Regex sign) =>
        from file in files
        let match = sign.Match(file.Code)
        where match.Success
        select $"{file.Path}: {match.Value}";

    // What differs from the code is comment or literal.
    private static string OnlyComments(SourceFile file) =>
        string.Concat(file.Text.Zip(file.Code, (text, code) => text == code ? ' ' : text));

    private static SourceFile Snippet(string code) => new("dataplane/Wire/A.cs", code);

    [GeneratedRegex(@"\b(DateTime(Offset)?\.(Utc)?Now|TimeProvider|Stopwatch|Environment\.TickCount(64)?|Random|RandomNumberGenerator|Thread|Task|ValueTask|Timer|Socket|UdpClient)\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Outer();

    [GeneratedRegex(@"\bDateTime(Offset)?\s*\.\s*(Utc)?Now\b|\bDateTime\.Today\b", RegexOptions.ExplicitCapture)]
    private static partial Regex WallClock();

    [GeneratedRegex(@"\bThread\s*\.\s*Sleep\b|\bTask\s*\.\s*Delay\b")]
    private static partial Regex Sleep();

    [GeneratedRegex(@"\bNotImplementedException\b|\bcatch\s*(\([^)]*\)\s*)?\{\s*\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Unfinished();

    [GeneratedRegex("TO" + @"DO|FIX" + @"ME|\bHA" + @"CK\b|\bX" + "XX\\b")]
    private static partial Regex Promise();
}
