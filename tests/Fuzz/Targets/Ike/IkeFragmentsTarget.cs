using System.Buffers.Binary;
using IpsecDp.Fuzz.Ike;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Fragments;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Protection;

namespace IpsecDp.Fuzz.Targets.Ike;

/// <summary>Datagrams, each behind two octets of length, on their way through the assembler.</summary>
public sealed class IkeFragmentsTarget : IFuzzTarget
{
    private readonly byte[] _datagram = new byte[InputMutator.MaximumLength];
    private readonly PlainIkeCipher _cipher = new(IkeSeeds.Cipher.IvLength, IkeSeeds.Cipher.BlockLength, IkeSeeds.Cipher.IcvLength, believesAll: true);

    /// <inheritdoc/>
    public string Name => "ike-fragments";

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        var assembler = new FragmentAssembler();
        while (input.Length >= 2)
        {
            var length = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(input), input.Length - 2);
            var datagram = _datagram.AsSpan(0, length);
            input.Slice(2, length).CopyTo(datagram);
            input = input[(2 + length)..];
            if (IkeHeader.TryRead(datagram, out var header, out _) && EncryptedFrame.TryFind(header, datagram, out var frame, out _) && frame.IsFragment
                && MessageOpener.TryOpenFragment(datagram, header, frame, _cipher, out var fragment, out _))
            {
                Add(assembler, header, frame, fragment);
            }
        }
    }

    private static void Add(FragmentAssembler assembler, in IkeHeader header, in EncryptedFrame frame, Authenticated<IkeFragment> fragment)
    {
        var isWanted = assembler.Wants(header, frame);
        var outcome = assembler.Add(fragment, out var message, out var failure);
        Promise.Holds(isWanted || outcome is FragmentOutcome.Duplicate or FragmentOutcome.Refused, "what was not wanted is not kept");
        Promise.Holds((outcome == FragmentOutcome.Completed) == (message is not null), "a message is there when it is complete");
        Promise.Holds((outcome == FragmentOutcome.Refused) == (failure.Fault != IkeFault.None), "a refusal is named");
        Promise.Holds(assembler.Length <= PayloadLimits.Message && assembler.IsBusy == (assembler.Length > 0), "what is kept is bounded");
    }
}
