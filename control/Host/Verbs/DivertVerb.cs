using System.CommandLine;
using System.Globalization;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Linux.Nfqueue;

namespace IpsecDp.Host.Verbs;

/// <summary><c>divert clean</c>: takes away what a data plane in the host's own path left when it died.</summary>
internal static class DivertVerb
{
    private const string Help = """
        Looks after the capture of packets in this host's own path.

        Example:
          sudo ipsecdp divert clean
        """;

    private const string CleanHelp = """
        Removes the rules (on Windows: ends the guard) a data plane left that was killed: they hold back what its policy protects, so that none of it leaves in clear. A data plane that starts again replaces them by itself; use this when none will. From then on those packets flow in clear.

        It refuses while a data plane captures packets here, touches nobody else's rules, and says what it removed. In a network namespace it cleans that namespace.

        Example:
          sudo ipsecdp divert clean
        """;

    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        var clean = new Command("clean", CleanHelp);
        clean.SetAction(_ => Clean());
        return new Command("divert", Help) { clean, GuardVerb.Create() };
    }

    private static int Clean()
    {
        if (!OperatingSystem.IsLinux())
        {
            return GuardVerb.Clean();
        }

        try
        {
            var removed = NfqueueCapture.Clean();
            Console.WriteLine(removed == 0
                ? "nothing was left to remove"
                : string.Create(CultureInfo.InvariantCulture, $"removed {removed} chains of rules with the jumps into them (tables mangle and raw, chains IPSECDP-*); what they held back flows in clear from here on"));
            return 0;
        }
        catch (AdapterException refusal)
        {
            return Refuse(refusal.Message);
        }
    }

    private static int Refuse(string sentence)
    {
        Console.Error.WriteLine($"ipsecdp divert clean: {sentence}");
        return 1;
    }
}
