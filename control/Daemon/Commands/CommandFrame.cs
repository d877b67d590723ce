using System.Buffers.Binary;

namespace IpsecDp.Daemon.Commands;

/// <summary>A message on the way: four octets of length, most significant first, then so many octets of JSON.</summary>
internal static class CommandFrame
{
    /// <summary>Most octets of a request.</summary>
    public const int MostOfRequest = 4096;

    /// <summary>Most octets of a reply: some hundred thousand SAs.</summary>
    public const int MostOfReply = 64 << 20;

    private const int LengthOctets = 4;

    /// <summary>Reads the next message; null where the stream ends before it. Throws <see cref="InvalidDataException"/> for one that is longer or cut off.</summary>
    public static async Task<byte[]?> ReadAsync(Stream stream, int most, CancellationToken cancellation)
    {
        var prefix = new byte[LengthOctets];
        var read = await stream.ReadAtLeastAsync(prefix, LengthOctets, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        if (read == 0)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix);
        if (read < LengthOctets || length == 0 || length > most)
        {
            throw new InvalidDataException("the length is missing or too large");
        }

        var message = new byte[length];
        if (await stream.ReadAtLeastAsync(message, message.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false) < message.Length)
        {
            throw new InvalidDataException("the message is cut off");
        }

        return message;
    }

    /// <summary>Writes a message in one piece.</summary>
    public static async Task WriteAsync(Stream stream, byte[] message, CancellationToken cancellation)
    {
        var framed = new byte[LengthOctets + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed, message.Length);
        message.CopyTo(framed, LengthOctets);
        await stream.WriteAsync(framed, cancellation).ConfigureAwait(false);
        await stream.FlushAsync(cancellation).ConfigureAwait(false);
    }
}
