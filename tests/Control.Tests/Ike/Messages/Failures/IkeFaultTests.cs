using IpsecDp.Ike.Messages.Failures;

namespace Control.Tests.Ike.Messages.Failures;

public sealed class IkeFaultTests
{
    [Fact]
    public void Sentence_OfEveryFault_IsASentenceOfItsOwn()
    {
        var sentences = Enum.GetValues<IkeFault>().Select(IkeFaults.Sentence).Append(IkeFaults.Sentence((IkeFault)byte.MaxValue)).ToList();

        Assert.All(sentences, sentence => Assert.Matches(@"^[A-Z].+ .+\.$", sentence));
        Assert.Equal(sentences.Count, sentences.Distinct().Count());
    }

    [Fact]
    public void Count_OfFaults_FitsACounterEach() => Assert.Equal(Enum.GetValues<IkeFault>().Max(fault => (int)fault) + 1, IkeFaults.Count);

    [Fact]
    public void Family_OfEveryFault_IsOne()
    {
        Assert.Equal(IkeFaultFamily.None, IkeFaults.FamilyOf(IkeFault.None));
        Assert.DoesNotContain(IkeFaultFamily.None, Enum.GetValues<IkeFault>().Skip(1).Select(IkeFaults.FamilyOf));
        Assert.Equal(IkeFaultFamily.Payload, IkeFaults.FamilyOf(IkeFault.BodyTooShort));
        Assert.Equal(IkeFaultFamily.Encryption, IkeFaults.FamilyOf(IkeFault.NotEncrypted));
        Assert.Equal(IkeFaultFamily.Fragment, IkeFaults.FamilyOf(IkeFault.FragmentNumbers));
        Assert.Equal(IkeFaultFamily.Negotiation, IkeFaults.FamilyOf(IkeFault.NoProposalChosen));
    }
}
