using System.Buffers.Binary;
using System.Security.Cryptography;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Ike.V2.Limits;

/// <summary>Cookies that cost no memory (RFC 7296 §2.6): version | HMAC(secret, Ni | IPi | SPIi), under a secret that changes; the one before it still counts.</summary>
internal sealed class CookieJar : IDisposable
{
    private const int MacLength = 20;
    private const int SecretLength = 32;
    private static readonly TimeSpan Turnover = TimeSpan.FromMinutes(2);

    private readonly byte[][] _secrets = [[], []];
    private byte _version;
    private DateTimeOffset _changed;

    /// <summary>The cookie for who asks from there.</summary>
    public Octets Make(ReadOnlySpan<byte> nonce, IpAddress remote, ulong spi, in IkeTurn turn)
    {
        Change(turn);
        return Of(_version, nonce, remote, spi);
    }

    /// <summary>Whether a cookie was given to who shows it; compared in constant time.</summary>
    public bool Accepts(ReadOnlySpan<byte> cookie, ReadOnlySpan<byte> nonce, IpAddress remote, ulong spi, in IkeTurn turn)
    {
        Change(turn);
        return cookie.Length == MacLength + 1 && (cookie[0] == _version || cookie[0] == (byte)(_version - 1)) && _secrets[cookie[0] & 1].Length > 0
            && CryptographicOperations.FixedTimeEquals(cookie, Of(cookie[0], nonce, remote, spi).Span);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_secrets[0]);
        CryptographicOperations.ZeroMemory(_secrets[1]);
    }

    private void Change(in IkeTurn turn)
    {
        if (_secrets[_version & 1].Length > 0 && turn.Now - _changed < Turnover)
        {
            return;
        }

        _version++;
        _changed = turn.Now;
        var secret = new byte[SecretLength];
        turn.Entropy.Fill(secret);
        _secrets[_version & 1] = secret;
    }

    private Octets Of(byte version, ReadOnlySpan<byte> nonce, IpAddress remote, ulong spi)
    {
        Span<byte> input = stackalloc byte[nonce.Length + 16 + 8];
        input.Clear();
        nonce.CopyTo(input);
        remote.WriteTo(input[nonce.Length..]);
        BinaryPrimitives.WriteUInt64BigEndian(input[(nonce.Length + 16)..], spi);
        Span<byte> cookie = stackalloc byte[1 + 32];
        cookie[0] = version;
        HMACSHA256.HashData(_secrets[version & 1], input, cookie[1..]);
        return new(cookie[..(MacLength + 1)]);
    }
}
