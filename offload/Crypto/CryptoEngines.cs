using System.Collections.Frozen;

namespace IpsecDp.Crypto;

/// <summary>The engines of this process in order of preference, and which of them serves which suite; decided once.</summary>
public sealed class CryptoEngines
{
    private readonly IReadOnlyList<ICryptoEngine> _engines;
    private readonly FrozenDictionary<CipherSuite, ICryptoEngine> _bySuite;
    private readonly FrozenDictionary<IntegrityAlgorithm, ICryptoEngine> _byMac;

    /// <summary>Takes the engines, the preferred first.</summary>
    public CryptoEngines(params IReadOnlyList<ICryptoEngine> engines)
    {
        _engines = engines;
        _bySuite = FirstSupporting(CipherSuite.All, (engine, suite) => engine.Supports(suite));
        _byMac = FirstSupporting(Enum.GetValues<IntegrityAlgorithm>(), (engine, algorithm) => engine.Supports(algorithm));
    }

    /// <summary>Whether any engine implements the suite.</summary>
    public bool Supports(CipherSuite suite) => _bySuite.ContainsKey(suite);

    /// <summary>Whether any engine implements the algorithm for AH.</summary>
    public bool Supports(IntegrityAlgorithm algorithm) => _byMac.ContainsKey(algorithm);

    /// <summary>The first engine that implements the suite; throws <see cref="NotSupportedException"/> when none does.</summary>
    public ICryptoEngine Choose(CipherSuite suite) =>
        _bySuite.GetValueOrDefault(suite) ?? throw new NotSupportedException($"no engine implements {suite.Name}");

    /// <summary>The first engine that implements the algorithm for AH; throws <see cref="NotSupportedException"/> when none does.</summary>
    public ICryptoEngine ChooseMac(IntegrityAlgorithm algorithm) =>
        _byMac.GetValueOrDefault(algorithm) ?? throw new NotSupportedException($"no engine implements {SuiteNames.Of(algorithm)} for AH");

    /// <summary>One line for a log: the order of preference, what each engine serves, and what none does.</summary>
    public string Describe()
    {
        var shares = _engines.Select(engine => $"{engine.Name} (AES-GCM on {engine.Instructions}) serves {Share(engine)}");
        var missing = CipherSuite.All.Count - _bySuite.Count;
        var rest = missing == 0 ? string.Empty : $"; {missing} suites have no engine on this processor";
        return $"crypto engines, the first that implements a suite serves it ({string.Join(" before ", _engines.Select(engine => engine.Name))}): {string.Join("; ", shares)}{rest}";
    }

    private string Share(ICryptoEngine engine)
    {
        var suites = CipherSuite.All.Where(suite => ReferenceEquals(_bySuite.GetValueOrDefault(suite), engine)).ToList();
        var ciphers = string.Join(", ", suites.Select(suite => suite.Encryption).Distinct());
        return suites.Count == 0 ? "none" : $"{suites.Count} of {CipherSuite.All.Count} suites ({ciphers})";
    }

    private FrozenDictionary<T, ICryptoEngine> FirstSupporting<T>(IEnumerable<T> wanted, Func<ICryptoEngine, T, bool> supports)
        where T : notnull
    {
        var chosen = new Dictionary<T, ICryptoEngine>();
        foreach (var item in wanted)
        {
            if (_engines.FirstOrDefault(engine => supports(engine, item)) is { } engine)
            {
                chosen.Add(item, engine);
            }
        }

        return chosen.ToFrozenDictionary();
    }
}
