using IpsecDp.Fuzz.Ike;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Protection;
using IpsecDp.TestKit.Packets;

namespace Control.Tests.Ike.Messages.Protection;

public sealed class SealedMessageTests
{
    public static TheoryData<int, int, int> Geometries => new() { { 8, 1, 16 }, { 16, 16, 12 }, { 8, 8, 12 }, { 16, 16, 32 }, { 8, 4, 8 } };

    [Theory]
    [MemberData(nameof(Geometries))]
    public void TryOpen_WhatWasSealed_IsTheMessage(int iv, int block, int icv)
    {
        var cipher = new PlainIkeCipher(iv, block, icv);
        foreach (var (_, message) in Sealable())
        {
            var room = new byte[MessageSealer.LengthOf(message, cipher) + 4];
            room.AsSpan().Fill(0xA5);

            Assert.True(MessageSealer.TrySeal(message, cipher, room, out var written));

            Assert.Equal(-1, room.AsSpan(written).IndexOfAnyExcept((byte)0xA5));
            Assert.True(TryOpen(room[..written], cipher, out var opened, out var failure), failure.ToString());
            Assert.Equal(message, opened!.Value);
        }
    }

    [Fact]
    public void TryOpen_AnyBitTurned_IsRefusedUnauthentic()
    {
        var octets = Seal(Sealable().First(seed => seed.Name == "delete").Message, IkeSeeds.Cipher);
        foreach (var changed in Damage.BitChanges(octets))
        {
            Assert.False(TryOpen(changed, IkeSeeds.Cipher, out _, out var failure));
            Assert.False(failure.IsAuthentic);
        }
    }

    [Fact]
    public void TryOpen_Truncated_IsRefused()
    {
        var octets = Seal(Sealable().First().Message, IkeSeeds.Cipher);
        Assert.All(Damage.Truncations(octets), truncated => Assert.False(TryOpen(truncated, IkeSeeds.Cipher, out _, out _)));
    }

    [Fact]
    public void TryOpen_PadLengthBeyondTheText_IsAnAuthenticRefusal()
    {
        var octets = Seal(Sealable().First(seed => seed.Name == "liveness").Message, IkeSeeds.Cipher);
        octets[^(IkeSeeds.Cipher.IcvLength + 1)] = 1;
        Prove(octets);

        Assert.False(TryOpen(octets, IkeSeeds.Cipher, out _, out var failure));
        Assert.Equal((IkeFault.BadPadding, true), (failure.Fault, failure.IsAuthentic));
    }

    [Fact]
    public void TryOpen_MalformedInside_IsAnAuthenticRefusal()
    {
        var octets = Seal(Sealable().First(seed => seed.Name == "delete").Message, IkeSeeds.Cipher);
        // The first payload's length.
        octets[32 + IkeSeeds.Cipher.IvLength + 3] = 3;
        Prove(octets);

        Assert.False(TryOpen(octets, IkeSeeds.Cipher, out _, out var failure));
        Assert.Equal((IkeFault.PayloadTooShort, true), (failure.Fault, failure.IsAuthentic));
    }

    [Fact]
    public void TryOpen_AfterReading_LeavesNoPlaintext()
    {
        var octets = Seal(Sealable().First(seed => seed.Name == "auth-request").Message, IkeSeeds.Cipher);
        Assert.NotEqual(-1, octets.AsSpan().IndexOf("left.example"u8));

        Assert.True(TryOpen(octets, IkeSeeds.Cipher, out _, out _));

        Assert.Equal(-1, octets.AsSpan().IndexOf("left.example"u8));
    }

    [Fact]
    public void TrySeal_RoomOneOctetShort_WritesNothing()
    {
        var message = Sealable().First().Message;
        var room = new byte[MessageSealer.LengthOf(message, IkeSeeds.Cipher) - 1];

        Assert.False(MessageSealer.TrySeal(message, IkeSeeds.Cipher, room, out var written));
        Assert.Equal((0, -1), (written, room.AsSpan().IndexOfAnyExcept((byte)0)));
    }

    [Fact]
    public void TryFind_ClearMessage_IsNotEncrypted() => Assert.Equal(IkeFault.NotEncrypted, FrameFault(Sealable().First().Message.ToArray()));

    [Fact]
    public void TryFind_EncryptedFirstExchange_IsRefused()
    {
        var octets = Seal(Sealable().First().Message, IkeSeeds.Cipher);
        octets[18] = (byte)ExchangeType.IkeSaInit;

        Assert.Equal(IkeFault.EncryptedInInit, FrameFault(octets));
    }

    [Fact]
    public void TryFind_UnknownPayloadInFront_IsPassedOverUnlessCritical()
    {
        Assert.Equal(IkeFault.None, FrameFault(WithFront(0)));
        Assert.Equal(IkeFault.UnknownCriticalPayload, FrameFault(WithFront(0x80)));
    }

    [Fact]
    public void TryFind_OctetsBehind_AreRefused() => Assert.Equal(IkeFault.OctetsBehindChain, FrameFault(WithLength([.. Seal(Sealable().First().Message, IkeSeeds.Cipher), 0])));

    [Fact]
    public void TryFind_OtherVersion_IsRefused()
    {
        var octets = Seal(Sealable().First().Message, IkeSeeds.Cipher);
        octets[17] = 0x10;

        Assert.Equal(IkeFault.OtherVersion, FrameFault(octets));
    }

    internal static IEnumerable<(string Name, IkeMessage Message)> Sealable() => IkeSeeds.Messages().Where(seed => seed.Message.Header.Exchange != ExchangeType.IkeSaInit);

    internal static byte[] Seal(IkeMessage message, IIkeCipher cipher)
    {
        var octets = new byte[MessageSealer.LengthOf(message, cipher)];
        Assert.True(MessageSealer.TrySeal(message, cipher, octets, out _));
        return octets;
    }

    internal static bool TryOpen(byte[] datagram, IIkeCipher cipher, out Authenticated<IkeMessage>? message, out IkeFailure failure)
    {
        message = null;
        return IkeHeader.TryRead(datagram, out var header, out failure) && EncryptedFrame.TryFind(header, datagram, out var frame, out failure)
            && MessageOpener.TryOpen(datagram, header, frame, cipher, out message, out failure);
    }

    // As a peer that has the keys would.
    private static void Prove(byte[] octets) => IkeSeeds.Cipher.Seal(octets.AsSpan(0, 32), octets.AsSpan(32));

    private static IkeFault FrameFault(byte[] octets)
    {
        Assert.True(IkeHeader.TryRead(octets, out var header, out var failure), failure.ToString());
        EncryptedFrame.TryFind(header, octets, out _, out failure);
        return failure.Fault;
    }

    private static byte[] WithFront(byte flags)
    {
        var octets = Seal(Sealable().First().Message, IkeSeeds.Cipher);
        octets[16] = 60;
        return WithLength([.. octets[..28], (byte)PayloadType.Encrypted, flags, 0, 5, 9, .. octets[28..]]);
    }

    private static byte[] WithLength(byte[] octets)
    {
        (octets[26], octets[27]) = ((byte)(octets.Length >> 8), (byte)octets.Length);
        return octets;
    }
}
