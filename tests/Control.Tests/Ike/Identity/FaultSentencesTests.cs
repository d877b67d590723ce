using IpsecDp.Ike.Identity;
using IpsecDp.Ike.Identity.Certificates;
using IpsecDp.Ike.Keys;

namespace Control.Tests.Ike.Identity;

public sealed class FaultSentencesTests
{
    [Fact]
    public void Sentence_EveryFault_HasOneOfItsOwn()
    {
        string[] sentences =
        [
            .. Enum.GetValues<AuthenticationFault>().Select(fault => fault.Sentence()),
            .. Enum.GetValues<CertificateFault>().Select(fault => fault.Sentence()),
            .. Enum.GetValues<KeyExchangeFault>().Select(fault => fault.Sentence()),
        ];
        Assert.Equal(sentences.Length, sentences.Distinct().Count());
        Assert.Throws<ArgumentOutOfRangeException>(() => ((CertificateFault)99).Sentence());
    }
}
