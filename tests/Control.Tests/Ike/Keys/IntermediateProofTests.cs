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
        var i1 = HMACSHA256.HashData(KeyI1, (byte[])[.. Header(1, 35, 7), .. "P1i"u8]);
        var r1 = HMACSHA256.HashData(KeyR1, (byte[])[.. Header(2, 36, 8), .. "P1rr"u8]);
        var i2 = HMACSHA256.HashData(KeyI2, (byte[])[.. i1, .. Header(3, 32, 4)]);
        var r2 = HMACSHA256.HashData(KeyR2, (byte[])[.. r1, .. Header(4, 35, 7), .. "P2r"u8]);
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

    [Fact]
    public void AddRequest_HeaderTooShort_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new IntermediateProof(PrfTransform.Of(PrfId.HmacSha256)).AddRequest(new SecretBytes(KeyI1), new byte[31], []));

    // On the wire the lengths count IV, padding and checksum; the proof does not.
    private static IntermediateProof Two(ReadOnlySpan<byte> last)
    {
        var proof = new IntermediateProof(PrfTransform.Of(PrfId.HmacSha256));
        proof.AddRequest(new SecretBytes(KeyI1), Header(1, 77, 49), "P1i"u8);
        proof.AddResponse(new SecretBytes(KeyR1), Header(2, 78, 50), "P1rr"u8);
        proof.AddRequest(new SecretBytes(KeyI2), Header(3, 79, 51), []);
        proof.AddResponse(new SecretBytes(KeyR2), Header(4, 80, 52), last);
        return proof;
    }

    private static byte[] Header(byte mark, byte length, byte payloadLength) => [mark, .. new byte[26], length, 0, 0, 0, payloadLength];
}
