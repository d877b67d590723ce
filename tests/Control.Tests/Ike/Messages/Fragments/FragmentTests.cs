using Control.Tests.Ike.Messages.Protection;
using IpsecDp.Fuzz.Ike;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Fragments;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Protection;
using IpsecDp.Wire.Ip;

namespace Control.Tests.Ike.Messages.Fragments;

public sealed class FragmentTests
{
    private static readonly IkeMessage Large = SealedMessageTests.Sealable().Single(seed => seed.Name == "auth-request").Message;

    [Fact]
    public void TrySplit_AnyRoom_GivesPiecesThatFitAndJoin()
    {
        foreach (var cipher in new[] { new PlainIkeCipher(8, 1, 16), new PlainIkeCipher(16, 16, 12) })
        {
            for (var room = 90; room < MessageSealer.LengthOf(Large, cipher); room += 7)
            {
                var pieces = Split(Large, cipher, room);
                Assert.True(pieces.Count > 1);
                Assert.All(pieces, piece => Assert.InRange(piece.Length, 1, room));
                Assert.Equal(Large, JoinAll(pieces, cipher));
                Assert.Equal(Large, JoinAll(pieces.Reverse(), cipher));
            }
        }
    }

    [Fact]
    public void TrySplit_RoomForAll_GivesOneThatIsNoFragment()
    {
        var piece = Assert.Single(Split(Large, IkeSeeds.Cipher, MessageSealer.LengthOf(Large, IkeSeeds.Cipher)));

        Assert.Equal((byte)PayloadType.Encrypted, piece[16]);
        Assert.True(SealedMessageTests.TryOpen(piece, IkeSeeds.Cipher, out _, out _));
    }

    [Fact]
    public void TrySplit_OnlyTheFirstPiece_NamesThePayloadInside()
    {
        var pieces = Split(Large, IkeSeeds.Cipher, IkeSeeds.FragmentRoomOfSeeds);

        Assert.Equal((byte)PayloadType.InitiatorId, pieces[0][28]);
        Assert.All(pieces.Skip(1), piece => Assert.Equal(0, piece[28]));
        Assert.All(pieces, piece => Assert.Equal(pieces.Count, (piece[34] << 8) | piece[35]));
    }

    [Fact]
    public void TrySplit_RoomThatCarriesNothing_IsRefused()
    {
        Assert.False(FragmentSplitter.TrySplit(Large, IkeSeeds.Cipher, 28 + 8 + 8 + 1 + 16, out _, out var failure));
        Assert.Equal(IkeFault.RoomTooSmall, failure.Fault);
        Assert.False(FragmentSplitter.TrySplit(Large, IkeSeeds.Cipher, 28 + 8 + 8 + 1 + 16 + 1, out _, out failure));
        Assert.Equal(IkeFault.RoomTooSmall, failure.Fault);
    }

    [Theory]
    [InlineData(IpVersion.V4, 576, false, 548)]
    [InlineData(IpVersion.V4, 576, true, 544)]
    [InlineData(IpVersion.V6, 1280, true, 1228)]
    public void Room_OfAPath_IsWhatIsLeftBehindItsHeaders(IpVersion version, int mtu, bool hasMarker, int expected) => Assert.Equal(expected, FragmentRoom.Of(version, mtu, hasMarker));

    [Fact]
    public void Add_TheSameTwice_IsADuplicateThatWasNotWanted()
    {
        var assembler = new FragmentAssembler();
        var first = Split(Large, IkeSeeds.Cipher, 160)[0];

        Assert.Equal(FragmentOutcome.Kept, Add(assembler, first, out _));
        var length = assembler.Length;
        Assert.False(Wants(assembler, first));
        Assert.Equal(FragmentOutcome.Duplicate, Add(assembler, first, out _));
        Assert.Equal(length, assembler.Length);
    }

    [Fact]
    public void Add_FinerCut_ReplacesAndACoarserComesTooLate()
    {
        var assembler = new FragmentAssembler();
        var (coarse, fine) = (Split(Large, IkeSeeds.Cipher, 260), Split(Large, IkeSeeds.Cipher, 160));
        Assert.True(coarse.Count < fine.Count);

        Assert.Equal(FragmentOutcome.Kept, Add(assembler, coarse[0], out _));
        Assert.Equal(FragmentOutcome.Kept, Add(assembler, fine[0], out _));
        Assert.False(Wants(assembler, coarse[1]));
        Assert.Equal(FragmentOutcome.Refused, Add(assembler, coarse[1], out var failure));
        Assert.Equal(IkeFault.FragmentTotalShrank, failure.Fault);
        Assert.Equal(Large, JoinAll(fine.Skip(1), IkeSeeds.Cipher, assembler));
    }

    [Fact]
    public void Add_FragmentOfAnotherMessage_IsRefusedUntilReset()
    {
        var assembler = new FragmentAssembler();
        var other = new IkeMessage(Large.Header with { MessageId = 9 }, Large.Payloads);
        Add(assembler, Split(Large, IkeSeeds.Cipher, 160)[0], out _);

        Assert.Equal(FragmentOutcome.Refused, Add(assembler, Split(other, IkeSeeds.Cipher, 160)[1], out var failure));
        Assert.Equal(IkeFault.FragmentOfOther, failure.Fault);
        assembler.Reset();
        Assert.Equal(FragmentOutcome.Kept, Add(assembler, Split(other, IkeSeeds.Cipher, 160)[1], out _));
    }

    [Theory]
    [InlineData(0, 2, IkeFault.FragmentNumbers)]
    [InlineData(3, 2, IkeFault.FragmentNumbers)]
    [InlineData(1, 0, IkeFault.FragmentNumbers)]
    [InlineData(1, PayloadLimits.Fragments + 1, IkeFault.TooManyFragments)]
    [InlineData(65535, 65535, IkeFault.TooManyFragments)]
    public void TryFind_NumbersThatMakeNoSense_AreRefusedUnopened(int number, int total, IkeFault expected)
    {
        var piece = Split(Large, IkeSeeds.Cipher, 160)[0];
        (piece[32], piece[33], piece[34], piece[35]) = ((byte)(number >> 8), (byte)number, (byte)(total >> 8), (byte)total);

        Assert.True(IkeHeader.TryRead(piece, out var header, out _));
        Assert.False(EncryptedFrame.TryFind(header, piece, out _, out var failure));
        Assert.Equal(expected, failure.Fault);
    }

    [Fact]
    public void Add_MoreOctetsThanAMessageHas_IsRefusedAndForgotten()
    {
        var assembler = new FragmentAssembler();
        var huge = new IkeMessage(Large.Header, [.. Enumerable.Range(0, 2).Select(_ => new CertificatePayload(CertificateEncoding.X509Signature, IkeSeeds.Fill(32_700)))]);
        var pieces = Split(huge, IkeSeeds.Cipher, 33_000);
        Assert.Equal(2, pieces.Count);
        // A peer that pads its pieces: the second one is sent as a third of three, the first as two of them.
        byte[][] lied = [Renumber(pieces[0], 1, 3), Renumber(pieces[0], 2, 3), Renumber(pieces[1], 3, 3)];

        Assert.Equal(FragmentOutcome.Kept, Add(assembler, lied[0], out _));
        var outcome = Add(assembler, lied[1], out var failure);
        outcome = outcome == FragmentOutcome.Kept ? Add(assembler, lied[2], out failure) : outcome;

        Assert.Equal((FragmentOutcome.Refused, IkeFault.ReassemblyTooLarge), (outcome, failure.Fault));
        Assert.Equal((0, false), (assembler.Length, assembler.IsBusy));
    }

    [Fact]
    public void TryOpenFragment_AnyBitTurned_IsRefused()
    {
        var piece = Split(Large, IkeSeeds.Cipher, 120)[1];
        foreach (var changed in TestKit.Damaged(piece))
        {
            if (IkeHeader.TryRead(changed, out var header, out _) && EncryptedFrame.TryFind(header, changed, out var frame, out _))
            {
                Assert.False(MessageOpener.TryOpenFragment(changed, header, frame, IkeSeeds.Cipher, out _, out _));
            }
        }
    }

    private static byte[] Renumber(byte[] piece, byte number, byte total)
    {
        var changed = (byte[])piece.Clone();
        (changed[33], changed[35]) = (number, total);
        IkeSeeds.Cipher.Seal(changed.AsSpan(0, 36), changed.AsSpan(36));
        return changed;
    }

    private static IReadOnlyList<byte[]> Split(IkeMessage message, IIkeCipher cipher, int room)
    {
        Assert.True(FragmentSplitter.TrySplit(message, cipher, room, out var pieces, out var failure), failure.ToString());
        return pieces;
    }

    private static IkeMessage? JoinAll(IEnumerable<byte[]> pieces, IIkeCipher cipher, FragmentAssembler? assembler = null)
    {
        assembler ??= new FragmentAssembler();
        Authenticated<IkeMessage>? message = null;
        foreach (var piece in pieces)
        {
            Assert.Null(message);
            Assert.NotEqual(FragmentOutcome.Refused, assembler.Add(Open(piece, cipher), out message, out _));
        }

        Assert.False(assembler.IsBusy);
        return message?.Value;
    }

    private static FragmentOutcome Add(FragmentAssembler assembler, byte[] piece, out IkeFailure failure) => assembler.Add(Open(piece, IkeSeeds.Cipher), out _, out failure);

    private static bool Wants(FragmentAssembler assembler, byte[] piece) =>
        IkeHeader.TryRead(piece, out var header, out _) && EncryptedFrame.TryFind(header, piece, out var frame, out _) && assembler.Wants(header, frame);

    private static Authenticated<IkeFragment> Open(byte[] piece, IIkeCipher cipher)
    {
        var copy = (byte[])piece.Clone();
        Assert.True(IkeHeader.TryRead(copy, out var header, out _));
        Assert.True(EncryptedFrame.TryFind(header, copy, out var frame, out _));
        Assert.True(MessageOpener.TryOpenFragment(copy, header, frame, cipher, out var fragment, out var failure), failure.ToString());
        return fragment;
    }

    private static class TestKit
    {
        public static IEnumerable<byte[]> Damaged(byte[] octets) => IpsecDp.TestKit.Packets.Damage.BitChanges(octets);
    }
}
