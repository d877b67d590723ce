using System.Text.RegularExpressions;
using IpsecDp.Ipsec;

namespace Architecture.Tests.Laws;

public partial class DropReasonTests
{
    [Fact]
    public void Sentence_OfEveryReason_IsASentence() =>
        Assert.All(Enum.GetValues<DropReason>(), reason => Assert.Matches(Sentence(), DropReasons.Sentence(reason)));

    [Fact]
    public void Sentence_OfEveryReason_IsItsOwn()
    {
        var unnamed = DropReasons.Sentence((DropReason)byte.MaxValue);
        var sentences = Enum.GetValues<DropReason>().Select(DropReasons.Sentence).Append(unnamed).ToList();

        Assert.Equal(sentences.Distinct().Order(), sentences.Order());
    }

    [Fact]
    public void Count_OfReasons_FitsACounterEach() => Assert.Equal(Enum.GetValues<DropReason>().Max(reason => (int)reason) + 1, DropReasons.Count);

    [Theory]
    [InlineData("")]
    [InlineData("UnknownSpi")]
    [InlineData("no capital.")]
    [InlineData("No stop")]
    public void Sentence_Violation_IsTold(string text) => Assert.DoesNotMatch(Sentence(), text);

    [GeneratedRegex(@"^[A-Z].+ .+\.$")]
    private static partial Regex Sentence();
}
