using IpsecDp.Crypto;
using IpsecDp.Peers.Relay;

namespace Peers.Tests.Relay;

public sealed class SealedRelayFrameTests
{
    [Fact]
    public void Cipher_OfEitherEnd_OpensWhatTheOtherSealed()
    {
        using var sender = SealedRelayFrame.CreateCipher();
        using var receiver = SealedRelayFrame.CreateCipher();
        var datagram = Datagram(sender, number: 7);
        sender.Seal(datagram, 7);

        Assert.True(receiver.TryOpen(datagram, 7));
        Assert.Equal(Enumerable.Repeat((byte)0x5A, SealedRelayFrame.PieceLength), datagram[SealedRelayFrame.HeadLength..^SealedRelayFrame.IcvLength]);
    }

    [Fact]
    public void Cipher_DamagedDatagram_IsRefused()
    {
        using var cipher = SealedRelayFrame.CreateCipher();
        var datagram = Datagram(cipher, number: 7);
        cipher.Seal(datagram, 7);
        datagram[SealedRelayFrame.LeadLength] ^= 1;

        Assert.False(cipher.TryOpen(datagram, 7));
    }

    [Fact]
    public void Place_OfTheLargestFramesLastDatagram_HasRoomBesideTheMark() =>
        Assert.True(SealedRelayFrame.MostPieces - 1 < SealedRelayFrame.Last);

    private static byte[] Datagram(IPacketCipher cipher, uint number)
    {
        var datagram = new byte[SealedRelayFrame.HeadLength + SealedRelayFrame.PieceLength + SealedRelayFrame.IcvLength];
        datagram.AsSpan().Fill(0x5A);
        SealedRelayFrame.WriteHeader(datagram, number);
        cipher.WriteIv(datagram.AsSpan(8..SealedRelayFrame.LeadLength), number);
        return datagram;
    }
}
