using System.Security.Cryptography;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Keys.Algorithms;

namespace Control.Tests.Ike.Keys;

public sealed class IntermediateProofTests
{
    private static readonly byte[] KeyI1 = [1, 1];
    private static readonly byte[] KeyR1 = [2, 2];
    private static readonly byte[] KeyI2 = [3, 3];
    private static readonly byte[] KeyR2 = [4, 4];

    [Fact]
    public void Conclude_TwoExchanges_IsTheChainOfRfc9242()
    {
        var i1 = HMACSHA256.HashData(KeyI1, "A1iP1i"u8);
        var r1 = HMACSHA256.HashData(KeyR1, "A1rP1r"u8);
        var i2 = HMACSHA256.HashData(KeyI2, (byte[])[.. i1, .. "A2i"u8]);
        var r2 = HMACSHA256.HashData(KeyR2, (byte[])[.. r1, .. "A2rP2r"u8]);
        Assert.Equal([.. i2, .. r2, 0, 0, 0, 3], Two("P2r"u8).Conclude(3));
    }

    [Fact]
    public void Conclude_AnythingChanged_IsOther()
    {
        Assert.NotEqual(Two("P2r"u8).Conclude(3), Two("P2s"u8).Conclude(3));
        Assert.NotEqual(Two("P2r"u8).Conclude(3), Two("P2r"u8).Conclude(4));
    }

    [Fact]
    public void Conclude_NoExchange_IsNothing() => Assert.Empty(new IntermediateProof(PrfTransform.Of(PrfId.HmacSha256)).Conclude(1));

    private static IntermediateProof Two(ReadOnlySpan<byte> last)
    {
        var proof = new IntermediateProof(PrfTransform.Of(PrfId.HmacSha256));
        proof.AddRequest(new SecretBytes(KeyI1), "A1i"u8, "P1i"u8);
        proof.AddResponse(new SecretBytes(KeyR1), "A1r"u8, "P1r"u8);
        proof.AddRequest(new SecretBytes(KeyI2), "A2i"u8, []);
        proof.AddResponse(new SecretBytes(KeyR2), "A2r"u8, last);
        return proof;
    }
}
