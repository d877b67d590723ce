using BenchmarkDotNet.Running;
using IpsecDp.Bench.Crypto;

if (args is ["--quick"])
{
    QuickTable.Print(Console.Out);
    return 0;
}

BenchmarkSwitcher.FromAssembly(typeof(QuickTable).Assembly).Run(args);
return 0;
