using IpsecDp.Crypto;

namespace IpsecDp.Ipsec.Sad;

/// <summary>The expanded keys of one SA: a cipher for ESP or a MAC for AH, made at first use so that a million idle SAs stay small.</summary>
public sealed class SaTransform(SaModel model, CryptoEngines engines) : IDisposable
{
    // One for all SAs: each makes its keys once in its life.
    private static readonly Lock Making = new();

    private IPacketCipher? _cipher;
    private IPacketMac? _mac;

    /// <summary>The cipher of an ESP SA.</summary>
    public IPacketCipher Cipher => Volatile.Read(ref _cipher) ?? MakeCipher();

    /// <summary>Who makes the IVs of an ESP SA; null where each is the packet's number.</summary>
    public IPacketCipher? IvMaker => Cipher is { IsIvTheNumber: false } cipher ? cipher : null;

    /// <summary>The MAC of an AH SA.</summary>
    public IPacketMac Mac => Volatile.Read(ref _mac) ?? MakeMac();

    /// <summary>Zeroes the expanded keys and the model's; no job of the SA is in flight any more.</summary>
    public void Dispose()
    {
        lock (Making)
        {
            _cipher?.Dispose();
            _mac?.Dispose();
            model.Dispose();
        }
    }

    private IPacketCipher MakeCipher()
    {
        lock (Making)
        {
            var cipher = _cipher ?? engines.Choose(model.Suite).CreateCipher(model.Suite, model.Keys, model.ExtendedSequenceNumbers);
            Volatile.Write(ref _cipher, cipher);
            return cipher;
        }
    }

    private IPacketMac MakeMac()
    {
        lock (Making)
        {
            var mac = _mac ?? engines.ChooseMac(model.Suite.Integrity).CreateMac(model.Suite.Integrity, model.Keys.Integrity);
            Volatile.Write(ref _mac, mac);
            return mac;
        }
    }
}
