<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ja" sourcelanguage="en">
<context>
    <name>LandStewardship</name>
    <message>
        <source> and </source>
        <translation> と </translation>
    </message>
    <message>
        <source>% is the part in all that reaches it.</source>
        <translation>％は、ここが受ける影響全体に占める割合です。</translation>
    </message>
    <message>
        <source>% is this lot's part in all that reaches the other.</source>
        <translation>％は、相手が受ける影響全体のうち、この土地の分です。</translation>
    </message>
    <message>
        <source>(names not shown)</source>
        <translation>（名前は表示しません）</translation>
    </message>
    <message>
        <source>(no such column)</source>
        <translation>（列がありません）</translation>
    </message>
    <message>
        <source>(not used)</source>
        <translation>（使わない）</translation>
    </message>
    <message>
        <source>(the result of “{card}”)</source>
        <translation>（「{card}」の結果）</translation>
    </message>
    <message>
        <source>+ weak, ++ medium, +++ strong.</source>
        <translation>+ 弱い、++ 中くらい、+++ 強い</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>0 to 1, to unfenced fields. An assumption.</source>
        <translation>0から1です。柵のない農地へ移ります。仮定です。</translation>
    </message>
    <message>
        <source>0 to 1. An assumption.</source>
        <translation>0から1です。仮定です。</translation>
    </message>
    <message>
        <source>1 Understand</source>
        <translation>1 知る</translation>
    </message>
    <message>
        <source>1 ha is the block of the direct payment for hilly areas.</source>
        <translation>1 haは中山間地域等直接支払の一団の農用地の基準です。</translation>
    </message>
    <message>
        <source>1 row read</source>
        <translation>1行を読めました</translation>
    </message>
    <message>
        <source>2 Choose</source>
        <translation>2 選ぶ</translation>
    </message>
    <message>
        <source>3 Act</source>
        <translation>3 行う</translation>
    </message>
    <message>
        <source>3 km an hour. An assumption.</source>
        <translation>時速3 kmです。仮定です。</translation>
    </message>
    <message>
        <source>A GeoPackage in which every sheet in local coordinates has a layer of its own, to be placed by hand.</source>
        <translation>任意座標系の図郭ごとに1つのレイヤを作るGeoPackageです。あとで位置を合わせるために使います。</translation>
    </message>
    <message>
        <source>A date or number; the smaller it is, the older is the lot.</source>
        <translation>日付か数です。小さいほど古い筆とみなします。</translation>
    </message>
    <message>
        <source>A ditch or a path without number may run there: look first</source>
        <translation>番号のない水路や道かもしれません。先に確かめてください</translation>
    </message>
    <message>
        <source>A guess. Please check.</source>
        <translation>推測です。確かめてください。</translation>
    </message>
    <message>
        <source>A guide only. Please check on the ground.</source>
        <translation>目安です。現地で確かめてください。</translation>
    </message>
    <message>
        <source>A layer or table that is open already, in place of files.</source>
        <translation>ファイルのかわりに、すでに開いているレイヤや表。</translation>
    </message>
    <message>
        <source>A list of farmers</source>
        <translation>耕作者の名簿</translation>
    </message>
    <message>
        <source>A list of owners</source>
        <translation>登記・所有者の表</translation>
    </message>
    <message>
        <source>A lot called managed is not. Raise it to miss fewer lots. The default is an assumption.</source>
        <translation>「管理されている可能性」とした土地が、実は管理されていない場合です。見落としを減らすには上げます。既定値は仮定です。</translation>
    </message>
    <message>
        <source>A lot called unmanaged turns out to be looked after. Only the ratios of the three costs count.</source>
        <translation>「管理されていない可能性」とした土地が、実は管理されていた場合です。3つの費用は比だけが意味を持ちます。</translation>
    </message>
    <message>
        <source>A lot stays “cannot tell” and someone has to look in passing. Lower it to say less but be surer.</source>
        <translation>「判断できない」のまま、ついでに見に行く手間です。下げると、確かな場合だけ判断します。</translation>
    </message>
    <message>
        <source>A lot with fewer pixel centres inside gets no evidence from that image.</source>
        <translation>中心が筆の中にある画素がこれより少ない筆には、その画像を使いません。</translation>
    </message>
    <message>
        <source>A map of the lots</source>
        <translation>地図（筆の形）</translation>
    </message>
    <message>
        <source>A plane coordinate system in metres (in Japan EPSG:6669–6687). Left empty, that of the data stays.</source>
        <translation>メートル単位の平面直角座標系（EPSG:6669〜6687）。空欄なら元のデータのままです。</translation>
    </message>
    <message>
        <source>A plane coordinate system in metres (in Japan EPSG:6669–6687). Left empty, that of the hamlets is used.</source>
        <translation>メートル単位の平面の座標系です（平面直角座標系 EPSG:6669〜6687 など）。空欄なら集落の座標系を使います。</translation>
    </message>
    <message>
        <source>A profile saved before. Left empty, a profile in the folder “profiles” beside the project is taken where it fits the columns.</source>
        <translation>前に保存した設定。空欄なら、プロジェクトの隣のフォルダprofilesから列の合うものを使います。</translation>
    </message>
    <message>
        <source>A registration this old is listed, since its owner may be dead. An assumption.</source>
        <translation>この年数以上前の登記を挙げます。所有者が亡くなっている可能性があります。仮定です。</translation>
    </message>
    <message>
        <source>A role for the history and the map, for example “village office”. Please write no person's name.</source>
        <translation>履歴と管理構想図に残す役割です（例: 役場）。人の名前は書かないでください。</translation>
    </message>
    <message>
        <source>A table with finding_id, status, decided_by (a role, not a name), decided_on and reason. When given, it alone says which findings are left as they are.</source>
        <translation>finding_id、status、decided_by（氏名ではなく役職）、decided_on、reason の表です。指定すると、どの指摘を直さないかはこの表だけで決まります。</translation>
    </message>
    <message>
        <source>A table with lot key, owner key and share, for the report per owner. Names are not read.</source>
        <translation>所有者ごとの報告に使う、筆キー・所有者キー・持分の表です。氏名は読みません。</translation>
    </message>
    <message>
        <source>A table with lot key, registered area and land category. It may have several rows per lot, one for each owner.</source>
        <translation>筆のキー、地積、地目の表です。共有者ごとに行が分かれていても構いません。</translation>
    </message>
    <message>
        <source>A tip on the border of another lot stays: it may be a border point</source>
        <translation>先端がほかの筆の境界にあるときは、境界点かもしれないため残します</translation>
    </message>
    <message>
        <source>A0 landscape</source>
        <translation>A0横</translation>
    </message>
    <message>
        <source>A3 landscape</source>
        <translation>A3横</translation>
    </message>
    <message>
        <source>A3 to hand out, A0 for the wall of a meeting.</source>
        <translation>配布用はA3、話し合いの壁に貼るならA0。</translation>
    </message>
    <message>
        <source>A3, one page a walk: map, lot numbers, boxes.</source>
        <translation>A3、1コース1ページ。地図、地番、チェック欄があります。</translation>
    </message>
    <message>
        <source>AUC (points) or deviance explained (counts)</source>
        <translation>AUC（点）または説明した逸脱度（件数）</translation>
    </message>
    <message>
        <source>AUC in places left out</source>
        <translation>除いた場所でのAUC</translation>
    </message>
    <message>
        <source>AUC of the weights until now</source>
        <translation>これまでの重みのAUC</translation>
    </message>
    <message>
        <source>AUC, F1, precision of visits and Brier score of all methods with 95 % intervals, in places left out.</source>
        <translation>除いた場所での各方法のAUC・F1・訪問の的中率・ブライアスコアと95％区間です。</translation>
    </message>
    <message>
        <source>About the number of fields within reach. An assumption to be discussed.</source>
        <translation>影響の届く農地の数にほぼ当たります。話し合って決める仮定です。</translation>
    </message>
    <message>
        <source>About {n} min left. You can keep working.</source>
        <translation>残り 約{n}分。ほかの作業を続けられます。</translation>
    </message>
    <message>
        <source>About {n} s left. You can keep working.</source>
        <translation>残り 約{n}秒。ほかの作業を続けられます。</translation>
    </message>
    <message>
        <source>Above 0 points to unmanaged, below 0 to managed. 0 switches it off. What is unknown adds nothing.</source>
        <translation>0より大きいと「管理されていない」、小さいと「管理されている」方へ働きます。0なら使いません。分からないことは何も足しません。</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>採用</translation>
    </message>
    <message>
        <source>Accept all without conflict</source>
        <translation>食い違いのないものをすべて採用</translation>
    </message>
    <message>
        <source>Accept all {n} of this kind</source>
        <translation>同じ種類 {n} 件をまとめて採用</translation>
    </message>
    <message>
        <source>Accept what stands against nothing</source>
        <translation>食い違いのないものを採用する</translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>採用</translation>
    </message>
    <message>
        <source>Accepted {n}</source>
        <translation>採用 {n}</translation>
    </message>
    <message>
        <source>Accuracy class</source>
        <translation>精度区分</translation>
    </message>
    <message>
        <source>Accuracy class where none is given</source>
        <translation>精度区分がない筆の扱い</translation>
    </message>
    <message>
        <source>Act</source>
        <translation>行う</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>追加する</translation>
    </message>
    <message>
        <source>Add 1 row</source>
        <translation>1行を追加する</translation>
    </message>
    <message>
        <source>Add a note</source>
        <translation>メモを書く</translation>
    </message>
    <message>
        <source>Add a rule</source>
        <translation>規則を足す</translation>
    </message>
    <message>
        <source>Add data</source>
        <translation>データを追加</translation>
    </message>
    <message>
        <source>Add missing border points</source>
        <translation>足りない境界点を加える</translation>
    </message>
    <message>
        <source>Add this data: {names}</source>
        <translation>{names}を追加する</translation>
    </message>
    <message>
        <source>Add this picture</source>
        <translation>この画像を追加する</translation>
    </message>
    <message>
        <source>Add {n} lots</source>
        <translation>{n}筆を追加</translation>
    </message>
    <message>
        <source>Add {n} rows</source>
        <translation>{n}行を追加する</translation>
    </message>
    <message>
        <source>Added: {name}</source>
        <translation>追加しました: {name}</translation>
    </message>
    <message>
        <source>Added: {name}, {n} rows</source>
        <translation>追加しました: {name}（{n}行）</translation>
    </message>
    <message>
        <source>Adds up the plan: area by present and planned use category, from which use to which, and area by management class, each for the whole plan and per district. The difference to the official area is a row of its own and never hidden. Writes CSV files (for Excel) and one Excel workbook. Sums come from unrounded areas, so rounded figures may not add up exactly.</source>
        <translation>計画を集計します。現在と計画の利用区分ごとの面積、どの利用からどの利用へ変わるか、管理の区分ごとの面積を、全体と地区ごとに出します。公的な面積との差は必ず1行で示します。CSV（Excel用）とExcelのファイルを書きます。合計は四捨五入の前の面積から計算するため、表の数字の和と合わないことがあります。</translation>
    </message>
    <message>
        <source>Aerial or satellite pictures</source>
        <translation>空から見た画像</translation>
    </message>
    <message>
        <source>Afterwards the best answer so far is taken, with the certified distance from the cheapest.</source>
        <translation>時間が来たら、それまでで最もよい案を、最も安い案との差の上限とともに使います。</translation>
    </message>
    <message>
        <source>Against an earlier result</source>
        <translation>前の結果と食い違い</translation>
    </message>
    <message>
        <source>Ages are not known: bring the list of farmers for a better forecast.</source>
        <translation>年齢が分かりません。耕作者の一覧を追加すると、よりよく予測できます。</translation>
    </message>
    <message>
        <source>Ages, who will take over, residents</source>
        <translation>年齢、後継者、集落の住民</translation>
    </message>
    <message>
        <source>All .xml and .zip files in this folder and the folders below it are read as well.</source>
        <translation>このフォルダとその下にある.xmlと.zipもすべて読み込みます。</translation>
    </message>
    <message>
        <source>All areas of the other map: number of lots, share on lots, area outside.</source>
        <translation>相手の区画すべてです。筆数、筆に重なる割合、筆の外の面積が付きます。</translation>
    </message>
    <message>
        <source>All checks with their status</source>
        <translation>すべての確認とその状態</translation>
    </message>
    <message>
        <source>All decided</source>
        <translation>すべて決定</translation>
    </message>
    <message>
        <source>All decisions, each with whether its data are still the same (current, changed, gone).</source>
        <translation>すべての決定です。もとのデータが同じか（current）、変わったか（changed）、なくなったか（gone）が付きます。</translation>
    </message>
    <message>
        <source>All kinds</source>
        <translation>すべての種類</translation>
    </message>
    <message>
        <source>All lots that are no source</source>
        <translation>影響元でないすべての土地</translation>
    </message>
    <message>
        <source>All lots with the number of changes that give another answer, and the weights they depend on.</source>
        <translation>すべての土地に、答えが変わる変更の数と、左右する重みを付けたものです。</translation>
    </message>
    <message>
        <source>All lots with their area, the registered area, the tolerance and the number of findings.</source>
        <translation>すべての筆に、図の面積、登記面積、公差、指摘の数を付けたものです。</translation>
    </message>
    <message>
        <source>All lots, with what was done to each and the change of its area.</source>
        <translation>すべての筆に、行った修復と面積の増減を付けます。</translation>
    </message>
    <message>
        <source>All lots: covered and uncovered share, number of parts, small parts.</source>
        <translation>すべての筆です。覆われる割合と覆われない割合、区画数、小さい重なりが付きます。</translation>
    </message>
    <message>
        <source>All lots; those with a certain or accepted match carry the columns of the register.</source>
        <translation>すべての筆です。確実な組と採用した組の筆に、登記の列が付きます。</translation>
    </message>
    <message>
        <source>All of it from</source>
        <translation>ここからすべて</translation>
    </message>
    <message>
        <source>All owners</source>
        <translation>すべての所有者</translation>
    </message>
    <message>
        <source>All pins with the lot key, how it was found, and the reason; personal columns are left out.</source>
        <translation>すべてのピンです。筆キー、見つけ方、理由が付きます。個人情報の列は入りません。</translation>
    </message>
    <message>
        <source>All {n}</source>
        <translation>すべて {n}</translation>
    </message>
    <message>
        <source>Allowed besides the tolerance, for old maps whose areas are known to be off. 0: only the tolerance.</source>
        <translation>面積の合わない古い図のために、公差とは別に許す差です。0 なら公差だけを使います。</translation>
    </message>
    <message>
        <source>Allowed difference of areas (%)</source>
        <translation>許す面積の差（%）</translation>
    </message>
    <message>
        <source>An .xml file, or a .zip that holds such files (also zips inside it).</source>
        <translation>.xmlファイル、または.xmlの入った.zipファイル（.zipの中の.zipも可）。</translation>
    </message>
    <message>
        <source>An answer is old after (years)</source>
        <translation>返事を古いとみる年数</translation>
    </message>
    <message>
        <source>An assumption about the next ten years.</source>
        <translation>今後10年についての仮定です。</translation>
    </message>
    <message>
        <source>An older answer counts with low confidence. An assumption.</source>
        <translation>これより古い返事は、確からしさを低くします。仮定です。</translation>
    </message>
    <message>
        <source>An owner nobody has confirmed, registered this long ago, may have died. An assumption.</source>
        <translation>確かめられていない所有者の登記がこの年数以上前なら、亡くなっている可能性があります。仮定です。</translation>
    </message>
    <message>
        <source>And one more every 1,000 m². Assumptions.</source>
        <translation>1,000 m²ごとに1分を加えます。仮定です。</translation>
    </message>
    <message>
        <source>Another parcel map</source>
        <translation>他の区画の地図</translation>
    </message>
    <message>
        <source>Any</source>
        <translation>すべて</translation>
    </message>
    <message>
        <source>Area after (m²)</source>
        <translation>後の面積（m²）</translation>
    </message>
    <message>
        <source>Area before (m²)</source>
        <translation>前の面積（m²）</translation>
    </message>
    <message>
        <source>Area by management class</source>
        <translation>管理の区分ごとの面積</translation>
    </message>
    <message>
        <source>Area by use category</source>
        <translation>利用区分ごとの面積</translation>
    </message>
    <message>
        <source>Area in the register</source>
        <translation>登記の表の地積</translation>
    </message>
    <message>
        <source>Area of lots not covered (m²)</source>
        <translation>重ならない筆の面積（m²）</translation>
    </message>
    <message>
        <source>Area of the other map outside all lots (m²)</source>
        <translation>筆の外にある区画の面積（m²）</translation>
    </message>
    <message>
        <source>Area of the plan (ha)</source>
        <translation>計画の面積（ha）</translation>
    </message>
    <message>
        <source>Area where all owners can be reached (%)</source>
        <translation>全員に連絡がつく面積（%）</translation>
    </message>
    <message>
        <source>Areas of another map, for example field polygons (筆ポリゴン). They are moved into the lots' system.</source>
        <translation>ほかの区画図の面です（筆ポリゴンなど）。筆と同じ座標系に直して重ねます。</translation>
    </message>
    <message>
        <source>Areas of findings</source>
        <translation>指摘の範囲</translation>
    </message>
    <message>
        <source>Areas of the other map</source>
        <translation>重ねる図の区画</translation>
    </message>
    <message>
        <source>Areas of the other map on lots</source>
        <translation>筆に重なる区画</translation>
    </message>
    <message>
        <source>Areas with fewer owners are not written.</source>
        <translation>所有者がこれより少ない区域は書き出しません。</translation>
    </message>
    <message>
        <source>Areas with hamlet and district.</source>
        <translation>hamlet（集落）と district（地区）のある範囲です。</translation>
    </message>
    <message>
        <source>Areas with the field hamlet, for sums by hamlet.</source>
        <translation>hamlet の項目をもつ範囲です。集落ごとの集計に使います。</translation>
    </message>
    <message>
        <source>Areas with the field hamlet.</source>
        <translation>hamlet の項目をもつ範囲です。</translation>
    </message>
    <message>
        <source>Areas with the field hamlet. Blocks end at their borders.</source>
        <translation>項目 hamlet のある面。まとまりは、その境で切れます。</translation>
    </message>
    <message>
        <source>Areas with the field hamlet. Empty: the field hamlet of the lots.</source>
        <translation>項目 hamlet のある区域。空欄なら筆の項目 hamlet。</translation>
    </message>
    <message>
        <source>Areas with the field hamlet. Records are counted in them, hamlets without a record as 0; records without a place are counted by name (hamlet, name_ja or name_en).</source>
        <translation>項目 hamlet のある範囲です。記録をその中で数え、記録のない集落は0とします。位置のない記録は名前（hamlet、name_ja、name_en）で数えます。</translation>
    </message>
    <message>
        <source>Areas with the field hamlet. Without them the lots are grouped into parts by their place.</source>
        <translation>項目 hamlet を持つ範囲です。なければ、土地を場所で区画に分けます。</translation>
    </message>
    <message>
        <source>As QGIS</source>
        <translation>QGISと同じ</translation>
    </message>
    <message>
        <source>As in the check. Smaller overlaps and gaps are repaired too; smaller pieces cut off a lot are dropped.</source>
        <translation>点検と同じ値です。これより小さい重なりやすき間も直します。筆から切り離された、これより小さい切れ端は捨てます。</translation>
    </message>
    <message>
        <source>As saved: {name}</source>
        <translation>保存した設定: {name}</translation>
    </message>
    <message>
        <source>As the rows say</source>
        <translation>各行のとおり</translation>
    </message>
    <message>
        <source>Ask for “Lots without a known place” to keep them.</source>
        <translation>残すには「位置の分からない筆」の保存先を指定してください。</translation>
    </message>
    <message>
        <source>Ask on the map</source>
        <translation>地図で聞く</translation>
    </message>
    <message>
        <source>Asks two questions of every lot: can it be used as before, and if left alone, is the harm to others large? The answers give a proposed management class with reason, basis and certainty. Where the data do not carry an answer the lot stays undecided. Directions of special laws are kept, and conflicts are written beside the lot. It is a draft: people decide.</source>
        <translation>すべての筆に2つの問いをかけます。これまでの使い方を続けられるか、放っておくと周りへの影響は大きいか、です。答えから管理の区分の案を、理由・根拠・確かさとともに示します。データで判断できない土地は未定のままにします。個別法の方向性に従い、食い違いは筆ごとに書きます。これはたたき台で、決めるのは皆さんです。</translation>
    </message>
    <message>
        <source>At most so many % above the least possible</source>
        <translation>最も少ない案との差（最大%）</translation>
    </message>
    <message>
        <source>At most so many % below the best possible</source>
        <translation>最善の案との差（最大%）</translation>
    </message>
    <message>
        <source>At most so many walks.</source>
        <translation>コースの数の上限です。</translation>
    </message>
    <message>
        <source>At most {gap:.1f} % above the least possible.</source>
        <translation>最も少ない案との差は最大でも{gap:.1f} %です。</translation>
    </message>
    <message>
        <source>At most {gap:.1f} % below the best possible.</source>
        <translation>最善の案との差は最大でも{gap:.1f} %です。</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>戻る</translation>
    </message>
    <message>
        <source>Background layers</source>
        <translation>背景のレイヤ</translation>
    </message>
    <message>
        <source>Background points per record</source>
        <translation>記録1件あたりの背景点</translation>
    </message>
    <message>
        <source>Bare strips between lots up to this width are found even when they are open to the outside. 0 leaves this out.</source>
        <translation>筆の間の空きで、外へ開いていても、この幅までなら報告します。0 なら調べません。</translation>
    </message>
    <message>
        <source>Barriers</source>
        <translation>障害物</translation>
    </message>
    <message>
        <source>Based on: {basis}</source>
        <translation>根拠: {basis}</translation>
    </message>
    <message>
        <source>Below it a lot gets “too few pixels” (edge pixels count by their part). An assumption.</source>
        <translation>これより少ない筆は「画素が足りません」とします（縁の画素は割合で数えます）。仮定です。</translation>
    </message>
    <message>
        <source>Best lots to treat</source>
        <translation>手入れの効果が高い筆</translation>
    </message>
    <message>
        <source>Blocks</source>
        <translation>まとまり</translation>
    </message>
    <message>
        <source>Blocks held up</source>
        <translation>止まっているまとまり</translation>
    </message>
    <message>
        <source>Blocks held up by owners</source>
        <translation>所有者で止まっているまとまり</translation>
    </message>
    <message>
        <source>Border points of different lots that are so near become one point. 0 leaves this out.</source>
        <translation>別々の筆の境界点がこの距離以内なら1点にします。0 なら行いません。</translation>
    </message>
    <message>
        <source>Boundary lines (筆界線) and provisional administrative lines (仮行政界線) with their kind.</source>
        <translation>筆界線と仮行政界線、その種別です。</translation>
    </message>
    <message>
        <source>Bring back field checks</source>
        <translation>現地確認の結果を取り込む</translation>
    </message>
    <message>
        <source>Bring it back</source>
        <translation>元に戻す</translation>
    </message>
    <message>
        <source>Bring results back</source>
        <translation>結果を取り込む</translation>
    </message>
    <message>
        <source>Bring together points up to (m)</source>
        <translation>合わせる点の距離（m）</translation>
    </message>
    <message>
        <source>Buildings, drawn grey.</source>
        <translation>建物。灰色で描きます。</translation>
    </message>
    <message>
        <source>Burden of unmanaged lots</source>
        <translation>管理されていない土地の影響</translation>
    </message>
    <message>
        <source>By covered part uses all there is of a small lot; leaving out keeps neighbours out of the figure.</source>
        <translation>「かかる割合」は小さな筆も余さず使います。「除く」は隣の土地が混ざりません。</translation>
    </message>
    <message>
        <source>By land category: 乙三 for forest and wild land, else 乙一</source>
        <translation>地目による（山林・原野は乙三、ほかは乙一）</translation>
    </message>
    <message>
        <source>Calibration</source>
        <translation>較正</translation>
    </message>
    <message>
        <source>Can it be used as before?</source>
        <translation>これまでの使い方を続けられますか。</translation>
    </message>
    <message>
        <source>Canals</source>
        <translation>水路</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>中止</translation>
    </message>
    <message>
        <source>Cancelled. Nothing was changed.</source>
        <translation>中止しました。何も変えていません。</translation>
    </message>
    <message>
        <source>Cannot be read</source>
        <translation>読めません</translation>
    </message>
    <message>
        <source>Cannot be used</source>
        <translation>使えない</translation>
    </message>
    <message>
        <source>Cannot tell</source>
        <translation>判断できない</translation>
    </message>
    <message>
        <source>Cannot tell (ha)</source>
        <translation>判断できない（ha）</translation>
    </message>
    <message>
        <source>Canopy from height (m)</source>
        <translation>樹冠とみなす高さ（m）</translation>
    </message>
    <message>
        <source>Care</source>
        <translation>手入れ</translation>
    </message>
    <message>
        <source>Carry the other columns along</source>
        <translation>ほかの列も残す</translation>
    </message>
    <message>
        <source>Cells with canopy_closure (樹冠疎密度) and/or crown_ratio (樹冠長率), in percent or as parts of one.</source>
        <translation>canopy_closure（樹冠疎密度）か crown_ratio（樹冠長率）のあるメッシュです。％でも1に対する割合でもかまいません。</translation>
    </message>
    <message>
        <source>Certainty: {word}</source>
        <translation>確かさ: {word}</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>変更</translation>
    </message>
    <message>
        <source>Change for houses, fields and roads</source>
        <translation>家屋・農地・道路の変化</translation>
    </message>
    <message>
        <source>Change of area (m²)</source>
        <translation>面積の増減（m²）</translation>
    </message>
    <message>
        <source>Change the class of this lot</source>
        <translation>この筆の区分を変える</translation>
    </message>
    <message>
        <source>Change the map of the lots itself</source>
        <translation>筆の図そのものを変える</translation>
    </message>
    <message>
        <source>Change this map</source>
        <translation>この図を変える</translation>
    </message>
    <message>
        <source>Changed in the map itself</source>
        <translation>図の中で変えた数</translation>
    </message>
    <message>
        <source>Changed lots</source>
        <translation>変わった筆</translation>
    </message>
    <message>
        <source>Changes the lots of the input as one step that can be undone, instead of making new ones. A map that is open stays in editing; a file is saved.</source>
        <translation>新しい図を作らず、入力の筆そのものを1回の操作として変えます（元に戻せます）。開いている図は編集中のまま、ファイルは保存されます。</translation>
    </message>
    <message>
        <source>Chart</source>
        <translation>グラフ</translation>
    </message>
    <message>
        <source>Charts of all hamlets</source>
        <translation>すべての集落のグラフ</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>調べる</translation>
    </message>
    <message>
        <source>Check a forecast</source>
        <translation>予測を確かめる</translation>
    </message>
    <message>
        <source>Check harm to surroundings</source>
        <translation>周りへの影響を調べる</translation>
    </message>
    <message>
        <source>Check lots and boundaries</source>
        <translation>筆と境界を調べる</translation>
    </message>
    <message>
        <source>Check lots and boundaries first.</source>
        <translation>先に筆と境界を調べてください。</translation>
    </message>
    <message>
        <source>Check of the tables</source>
        <translation>表の確認結果</translation>
    </message>
    <message>
        <source>Check report</source>
        <translation>確認の報告</translation>
    </message>
    <message>
        <source>Check the condition of land</source>
        <translation>土地の状態を調べる</translation>
    </message>
    <message>
        <source>Check the condition of land in step 1 first.</source>
        <translation>先にステップ1で土地の状態を調べてください。</translation>
    </message>
    <message>
        <source>Check the owners</source>
        <translation>土地所有者を調べる</translation>
    </message>
    <message>
        <source>Check {n}</source>
        <translation>確かめる {n}</translation>
    </message>
    <message>
        <source>Check: {read} rows read, {kept} kept, {aside} set aside</source>
        <translation>確認: {read}行を読み、{kept}行を使い、{aside}行を除きます</translation>
    </message>
    <message>
        <source>Checked again: nothing has changed.</source>
        <translation>調べ直しました。変わりはありません。</translation>
    </message>
    <message>
        <source>Checked again: {cured} cured, {new} new.</source>
        <translation>調べ直しました。直った指摘は{cured}件、新しい指摘は{new}件です。</translation>
    </message>
    <message>
        <source>Checked lots</source>
        <translation>調べた筆</translation>
    </message>
    <message>
        <source>Checking the touched lots again…</source>
        <translation>変えた筆をもう一度調べています…</translation>
    </message>
    <message>
        <source>Choices</source>
        <translation>選択</translation>
    </message>
    <message>
        <source>Chome (丁目)</source>
        <translation>丁目</translation>
    </message>
    <message>
        <source>Choose</source>
        <translation>選ぶ</translation>
    </message>
    <message>
        <source>Choose a class first.</source>
        <translation>先に区分を選んでください。</translation>
    </message>
    <message>
        <source>Choose a lot on the map</source>
        <translation>地図で筆を選ぶ</translation>
    </message>
    <message>
        <source>Choose how to use the land</source>
        <translation>土地の使い方を選ぶ</translation>
    </message>
    <message>
        <source>Choose the file</source>
        <translation>ファイルを選ぶ</translation>
    </message>
    <message>
        <source>Chooses the lots whose visit helps the coming decision most per hour, and groups them into walks along roads. A visit is worth what it takes away from the expected cost of wrong and open answers, with what it tells about neighbours. Makes a sheet to print, a GPX file and a package for QField or Mergin Maps. The walks are good, not proved best.</source>
        <translation>1時間あたりで次の判断に最も役立つ筆を選び、道に沿ったコースにまとめます。確認の価値は、まちがった答えと「判断できない」の費用がどれだけ減ると見込まれるかで、隣の土地について分かることも含みます。印刷用の用紙、GPX、QField・Mergin Maps用のデータを作ります。コースはよいものですが、最善とは限りません。</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>すべて消す</translation>
    </message>
    <message>
        <source>Clear the answer</source>
        <translation>答えを消す</translation>
    </message>
    <message>
        <source>Click a lot to see why</source>
        <translation>土地をクリックすると理由が分かります</translation>
    </message>
    <message>
        <source>Click a lot, a house or a field</source>
        <translation>筆・家屋・農地をクリックしてください</translation>
    </message>
    <message>
        <source>Click lots on the map, or enter a lot number</source>
        <translation>地図の筆をクリック、または地番を入力</translation>
    </message>
    <message>
        <source>Click lots to treat them and see who gains</source>
        <translation>筆をクリックして、だれの負担が軽くなるかを見ます</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>閉じる</translation>
    </message>
    <message>
        <source>Close gaps up to this area (m²)</source>
        <translation>閉じるすき間の面積の上限（m²）</translation>
    </message>
    <message>
        <source>Close gaps up to this width (m)</source>
        <translation>閉じるすき間の幅の上限（m）</translation>
    </message>
    <message>
        <source>Close open strips up to this width (m)</source>
        <translation>閉じる「外に開いたすき間」の幅の上限（m）</translation>
    </message>
    <message>
        <source>Clouds and image borders leave gaps; below this part there is no evidence. An assumption.</source>
        <translation>雲や画像の端で欠けることがあります。値のある部分がこれより少ないと根拠にしません。仮定です。</translation>
    </message>
    <message>
        <source>Collect more evidence</source>
        <translation>根拠を増やす</translation>
    </message>
    <message>
        <source>Column profile</source>
        <translation>列の設定</translation>
    </message>
    <message>
        <source>Column profile (*.json)</source>
        <translation>列の設定 (*.json)</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>列の対応</translation>
    </message>
    <message>
        <source>Columns left out</source>
        <translation>外した項目</translation>
    </message>
    <message>
        <source>Columns that have no field of ours stay under their own names. Otherwise the report names them.</source>
        <translation>決まった項目のない列も、元の名前のまま残します。しない場合は報告に列名を示します。</translation>
    </message>
    <message>
        <source>Columns that the lots get. Empty: all but those that look like personal data (names, addresses).</source>
        <translation>筆に付ける列です。空のときは、氏名・住所など個人情報らしい列を除くすべてです。</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>照合する</translation>
    </message>
    <message>
        <source>Compare fences</source>
        <translation>柵をくらべる</translation>
    </message>
    <message>
        <source>Compare joint and separate fences</source>
        <translation>共同の柵と集落ごとの柵を比べる</translation>
    </message>
    <message>
        <source>Compare register and lots</source>
        <translation>登記と筆を照合する</translation>
    </message>
    <message>
        <source>Compares a forecast with what the land was really like later, and with the plainest forecast of all: that everything stays. It says whether the forecast had skill, with an interval from parts of the area, and how fast land was lost against the table; that number can be given to “Forecast the land”. Make the forecast from the older data, with the number of years in between. Where nothing changed there is no skill over persistence.</source>
        <translation>予測を、後に実際どうだったかと、「今のまま変わらない」という最も簡単な予測とにくらべます。予測が役に立つ精度だったかを、地域を分けて求めた幅とともに示し、土地が失われた速さが表の何倍だったかを出します（その数を「土地の将来を予測する」に入れられます）。予測は、古い方のデータから、間の年数で作ってください。何も変わらなかった場合は「変わらない」を上回る精度はありません。</translation>
    </message>
    <message>
        <source>Compares damage or sighting records with places without a record (or counts per hamlet with each other) and tells whether records are associated with unmanaged lots nearby, over what distance, and how sure that is. The result is tested on parts of the area left out, and by moving exposure at random. It never says that land causes harm, and records carry the bias of who reports. Below 30 records or 4 mixed parts of the area it refuses. No association is a result too.</source>
        <translation>被害や目撃の記録を、記録のない所と（または集落ごとの件数どうしで）比べます。記録が近くの管理されていない土地と関連しているか、どの距離までか、どのくらい確かかを示します。結果は、使わなかった区画と、影響を無作為に入れ替えた場合とで確かめます。土地が被害の原因だとは言いません。記録には、誰が報告したかの偏りがあります。記録が30件未満、または記録のある所とない所を含む区画が4つ未満のときは計算しません。関連が見つからないことも結果です。</translation>
    </message>
    <message>
        <source>Compares lot shapes with the register.</source>
        <translation>筆の形と、登記の面積とのくい違いを調べます。</translation>
    </message>
    <message>
        <source>Compares no fence, one hamlet fencing alone, every hamlet for itself, and one fence for all: length, cost per year, exposure of the fields, and what moves on to fields without a fence. A scenario, no forecast: all its numbers are assumptions, written into every row. Replace them by those of your village.</source>
        <translation>柵なし、1つの集落だけの柵、集落ごとの柵、全体をまとめた柵を比べます。柵の長さ、年間の費用、農地の受ける影響、柵のない農地へ移る影響が分かります。これは試算で、予測ではありません。数値はすべて仮定で、各行に書きます。地域の数値に置き換えてください。</translation>
    </message>
    <message>
        <source>Condition of land</source>
        <translation>土地の状態</translation>
    </message>
    <message>
        <source>Condition of land at the later date</source>
        <translation>後の時点の土地の状態</translation>
    </message>
    <message>
        <source>Conflicts with laws</source>
        <translation>法律との不一致</translation>
    </message>
    <message>
        <source>Contact by owner and lot</source>
        <translation>所有者と筆ごとの連絡</translation>
    </message>
    <message>
        <source>Contact with owners</source>
        <translation>所有者への連絡</translation>
    </message>
    <message>
        <source>Contact with owners by lot</source>
        <translation>筆ごとの所有者への連絡</translation>
    </message>
    <message>
        <source>Control points (基準点) and boundary points (筆界点) with their names.</source>
        <translation>基準点と筆界点、その名称です。</translation>
    </message>
    <message>
        <source>Control: distance to it, because damage is more frequent near forest anyway.</source>
        <translation>調整項目です。森林の近くではもともと被害が多いため、距離を考えに入れます。</translation>
    </message>
    <message>
        <source>Control: distance to them.</source>
        <translation>調整項目です。河川までの距離を考えに入れます。</translation>
    </message>
    <message>
        <source>Control: land category (地目) of the place, from the fields of the lots.</source>
        <translation>調整項目です。土地の項目にある地目を考えに入れます。</translation>
    </message>
    <message>
        <source>Control: mean slope within 20 m.</source>
        <translation>調整項目です。周囲20 mの平均傾斜を考えに入れます。</translation>
    </message>
    <message>
        <source>Coordinate system of the data</source>
        <translation>データの座標系</translation>
    </message>
    <message>
        <source>Coordinate system of the result</source>
        <translation>結果の座標系</translation>
    </message>
    <message>
        <source>Coordinate system of x and y</source>
        <translation>xとyの座標系</translation>
    </message>
    <message>
        <source>Coordinate system: {datum}, zone {zone} (EPSG:{code}).</source>
        <translation>座標系: {datum}の第{zone}系（EPSG:{code}）。</translation>
    </message>
    <message>
        <source>Coordinate zone of the map</source>
        <translation>地図の座標系</translation>
    </message>
    <message>
        <source>Correlation of adjoining lots beyond the evidence. 0: a visit tells nothing about others.</source>
        <translation>根拠では説明できない、隣り合う筆の相関です。0なら、ほかの筆について何も分かりません。</translation>
    </message>
    <message>
        <source>Cost is spread over it. An assumption.</source>
        <translation>費用をこの年数で割ります。仮定です。</translation>
    </message>
    <message>
        <source>Cost of a lot that is missed</source>
        <translation>見落とした土地の費用</translation>
    </message>
    <message>
        <source>Cost of a visit in vain</source>
        <translation>無駄足になる訪問の費用</translation>
    </message>
    <message>
        <source>Cost of an open answer</source>
        <translation>「判断できない」の費用</translation>
    </message>
    <message>
        <source>Costs and effects</source>
        <translation>費用と効果</translation>
    </message>
    <message>
        <source>Costs and effects of care</source>
        <translation>手入れの費用と効果</translation>
    </message>
    <message>
        <source>Count by the part that is covered</source>
        <translation>かかる割合で数える</translation>
    </message>
    <message>
        <source>Count wholly when the centre is inside</source>
        <translation>中心が入れば1画素と数える</translation>
    </message>
    <message>
        <source>Count years as of (day)</source>
        <translation>年数を数える基準日</translation>
    </message>
    <message>
        <source>Counts for each hamlet the owners, lots and separate places per owner, lots with several owners, and the area of owners who live elsewhere or whose address is not known. Figures with fewer owners behind them than the smallest number are hidden, so that nobody can be recognised. No name, address or key is written.</source>
        <translation>集落ごとに、所有者数、1人あたりの筆数と離れた場所の数、共有の筆、市町村の外に住む所有者や住所不明の所有者の面積を数えます。元になる所有者が最少人数に満たない数字は、個人が分からないように伏せます。氏名・住所・キーは書きません。</translation>
    </message>
    <message>
        <source>Counts images inside each lot: greenness, wetness, radar, plant height, land cover, slope. Dates are read from band descriptions, file names or a table. From five dates a year on it also tells the shape of the year: peak, cuts, green-up. Small lots get “too few pixels” instead of a figure. What comes out is evidence for “Find unmanaged land”, not a judgement.</source>
        <translation>緑の濃さ、水分、レーダー、草木の高さ、土地被覆、傾斜の画像を筆ごとに集計します。日付はバンドの説明、ファイル名、または表から読みます。年に5回以上あれば、最大、刈取り、緑になる時期も示します。小さな筆には値を出さず「画素が足りません」とします。結果は「管理されていない土地を探す」の根拠で、判定ではありません。</translation>
    </message>
    <message>
        <source>Counts per hamlet</source>
        <translation>集落ごとの件数</translation>
    </message>
    <message>
        <source>Counts together with: {names}. What is out of date can be left out with “Change”.</source>
        <translation>{names}とあわせて使います。古いものは「変更」で外せます。</translation>
    </message>
    <message>
        <source>Coverage of what is possible</source>
        <translation>「ありうる状態」が正しい割合</translation>
    </message>
    <message>
        <source>Credit</source>
        <translation>出典</translation>
    </message>
    <message>
        <source>Credit the data ask for. Left empty: from the plan file, or that of the land registry map.</source>
        <translation>データの利用条件が求める出典。空欄なら計画ファイルか、登記所備付地図の出典を載せます。</translation>
    </message>
    <message>
        <source>Credit the data ask for. Left empty: that of the land registry map, from the lots.</source>
        <translation>データの出典の表示。空欄なら、筆の図から登記所備付地図の出典を入れます。</translation>
    </message>
    <message>
        <source>Cultivators</source>
        <translation>耕作者</translation>
    </message>
    <message>
        <source>Cultivators (private)</source>
        <translation>耕作者（個人情報）</translation>
    </message>
    <message>
        <source>Cultivators of the pins (personal data)</source>
        <translation>ピンの耕作者（個人情報）</translation>
    </message>
    <message>
        <source>Cured</source>
        <translation>直ったもの</translation>
    </message>
    <message>
        <source>Cured {n}</source>
        <translation>直った {n}</translation>
    </message>
    <message>
        <source>Cut spikes</source>
        <translation>とげを切る</translation>
    </message>
    <message>
        <source>Damage or sightings, for example from “Import damage records”. Give these or counts per hamlet.</source>
        <translation>被害や目撃の点です。「被害の記録を取り込む」の結果などを使います。これか集落ごとの件数のどちらかを選びます。</translation>
    </message>
    <message>
        <source>Damage records</source>
        <translation>被害の記録</translation>
    </message>
    <message>
        <source>Damage records per hamlet</source>
        <translation>集落ごとの被害の記録</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>データ</translation>
    </message>
    <message>
        <source>Data completeness, mean (0–1)</source>
        <translation>データの充足度の平均（0〜1）</translation>
    </message>
    <message>
        <source>Data used</source>
        <translation>もとにしたデータ</translation>
    </message>
    <message>
        <source>Data: {percent} % of what the rules can use</source>
        <translation>判定に使えるデータの{percent} %</translation>
    </message>
    <message>
        <source>Data: {percent} % of what the rules can use, on average.</source>
        <translation>判定に使えるデータは、平均で{percent} %そろっています。</translation>
    </message>
    <message>
        <source>Data: {text}</source>
        <translation>データ: {text}</translation>
    </message>
    <message>
        <source>Date and version. Left empty: day and count of the plan's changes.</source>
        <translation>日付と版。空欄なら、計画を最後に変えた日と変更の回数。</translation>
    </message>
    <message>
        <source>Date of the data</source>
        <translation>データの時点</translation>
    </message>
    <message>
        <source>Date of the decision, for all rows. Empty: as the rows say.</source>
        <translation>すべての行に使う決めた日です。空欄なら各行のとおりです。</translation>
    </message>
    <message>
        <source>Dates of images</source>
        <translation>画像の日付</translation>
    </message>
    <message>
        <source>Datum</source>
        <translation>測地系</translation>
    </message>
    <message>
        <source>Day, month or year (2024-04-01). Left empty, it is taken from the file where it says one.</source>
        <translation>年月日、年月または年（2024-04-01）。空欄なら、ファイルに書かれていればそれを使います。</translation>
    </message>
    <message>
        <source>Decays to try</source>
        <translation>試す減衰</translation>
    </message>
    <message>
        <source>Decide</source>
        <translation>決定する</translation>
    </message>
    <message>
        <source>Decide lot by lot</source>
        <translation>1筆ずつ決める</translation>
    </message>
    <message>
        <source>Decided</source>
        <translation>決定済み</translation>
    </message>
    <message>
        <source>Decided by</source>
        <translation>決めた人</translation>
    </message>
    <message>
        <source>Decided by {who} on {day}</source>
        <translation>{day} に {who} が決定</translation>
    </message>
    <message>
        <source>Decided on</source>
        <translation>決めた日</translation>
    </message>
    <message>
        <source>Decided on {day}</source>
        <translation>{day} に決定</translation>
    </message>
    <message>
        <source>Decided. Run the card again so that it counts.</source>
        <translation>判断しました。もう一度調べると反映されます。</translation>
    </message>
    <message>
        <source>Decided: {who}</source>
        <translation>決定: {who}</translation>
    </message>
    <message>
        <source>Decided: {who}, {date}</source>
        <translation>決定: {who}・{date}</translation>
    </message>
    <message>
        <source>Decisions</source>
        <translation>決定</translation>
    </message>
    <message>
        <source>Decisions about owners no longer there</source>
        <translation>今はない所有者についての判断</translation>
    </message>
    <message>
        <source>Decisions by check</source>
        <translation>確認ごとの決定</translation>
    </message>
    <message>
        <source>Decisions kept</source>
        <translation>残した決定</translation>
    </message>
    <message>
        <source>Decisions of earlier runs</source>
        <translation>これまでの決定</translation>
    </message>
    <message>
        <source>Decisions of people</source>
        <translation>人の判断</translation>
    </message>
    <message>
        <source>Decisions: same owner or not</source>
        <translation>同じ所有者かどうかの判断</translation>
    </message>
    <message>
        <source>Delete this rule</source>
        <translation>この規則を消す</translation>
    </message>
    <message>
        <source>Detour off roads</source>
        <translation>道のない所の遠回り</translation>
    </message>
    <message>
        <source>Difference to the official area (ha)</source>
        <translation>公的な面積との差（ha）</translation>
    </message>
    <message>
        <source>Different classes</source>
        <translation>いろいろな区分</translation>
    </message>
    <message>
        <source>Distances to try (m)</source>
        <translation>試す距離（m）</translation>
    </message>
    <message>
        <source>Distances tried</source>
        <translation>試した距離</translation>
    </message>
    <message>
        <source>District</source>
        <translation>地区</translation>
    </message>
    <message>
        <source>District (大字)</source>
        <translation>大字</translation>
    </message>
    <message>
        <source>District in the register</source>
        <translation>登記の表の大字</translation>
    </message>
    <message>
        <source>District of the pins</source>
        <translation>ピンの大字</translation>
    </message>
    <message>
        <source>Ditches and streams</source>
        <translation>水路・小川</translation>
    </message>
    <message>
        <source>Divide by</source>
        <translation>分け方</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完了</translation>
    </message>
    <message>
        <source>Dots per inch of the PNG; an A0 picture at 150 dpi has 7000 × 5000 dots.</source>
        <translation>PNGの1インチあたりの点の数。A0・150 dpiの画像は7000 × 5000点です。</translation>
    </message>
    <message>
        <source>Draft for discussion</source>
        <translation>たたき台</translation>
    </message>
    <message>
        <source>Draft plan for discussion</source>
        <translation>たたき台を作る</translation>
    </message>
    <message>
        <source>Draft proposal, not decided yet</source>
        <translation>たたき台の案・まだ決定していません</translation>
    </message>
    <message>
        <source>Drag</source>
        <translation>なぞる</translation>
    </message>
    <message>
        <source>Drag: paint every lot you pass</source>
        <translation>なぞる: 通った筆を塗る</translation>
    </message>
    <message>
        <source>Draw background points on each land category (地目) as often as records lie on it.</source>
        <translation>背景点を、記録と同じ割合で地目ごとに置きます。</translation>
    </message>
    <message>
        <source>Each hamlet its own fence, or one fence for all</source>
        <translation>集落ごとの柵と、全体を囲む柵をくらべます</translation>
    </message>
    <message>
        <source>Each receptor with exposure before and after, threshold, and by how much it is missed.</source>
        <translation>影響先ごとの手入れ前後の影響、許容、超える量です。</translation>
    </message>
    <message>
        <source>Each receptor with exposure, largest source and explanation; roads as bands of their width.</source>
        <translation>影響先ごとに、受ける影響、最も関係の大きい筆、説明があります。道路は幅のある帯で示します。</translation>
    </message>
    <message>
        <source>Each receptor with its exposure before and after.</source>
        <translation>影響先ごとの、手入れ前と手入れ後の受ける影響です。</translation>
    </message>
    <message>
        <source>Each source lot with burden, rank and explanation.</source>
        <translation>影響元の筆ごとに、影響の大きさ、順位、説明があります。</translation>
    </message>
    <message>
        <source>Earlier check reports</source>
        <translation>これまでの確認の報告</translation>
    </message>
    <message>
        <source>Effect and cost of the treatment: {evidence}. −% is of this harm in the whole village.</source>
        <translation>手入れの効果と費用: {evidence}。−％は、地区全体のこの影響に対する割合です。</translation>
    </message>
    <message>
        <source>Effects and costs are assumptions until the village sets them.</source>
        <translation>効果と費用は、地区で決めるまで仮定です。</translation>
    </message>
    <message>
        <source>Effects and costs of your village, in the columns of resources/catalogues/treatments.csv. Empty: that file, whose numbers are assumptions.</source>
        <translation>地域での効果と費用です。列は resources/catalogues/treatments.csv と同じです。空ならその表を使いますが、数値は仮定です。</translation>
    </message>
    <message>
        <source>Effort</source>
        <translation>手間</translation>
    </message>
    <message>
        <source>Effort: {words}</source>
        <translation>手間：{words}</translation>
    </message>
    <message>
        <source>English</source>
        <translation>英語</translation>
    </message>
    <message>
        <source>Entries</source>
        <translation>記載</translation>
    </message>
    <message>
        <source>Entries joined</source>
        <translation>まとめた記載</translation>
    </message>
    <message>
        <source>Entries outside the sheet (地区外, 別図), not lots: {count}.</source>
        <translation>地区外・別図（筆ではないもの）: {count}。</translation>
    </message>
    <message>
        <source>Entries outside the sheet, not lots</source>
        <translation>地区外・別図（筆ではない）</translation>
    </message>
    <message>
        <source>Entries that may be one owner</source>
        <translation>同じ所有者かもしれない記載</translation>
    </message>
    <message>
        <source>Entries to look at</source>
        <translation>確かめるところ</translation>
    </message>
    <message>
        <source>Entries with an area</source>
        <translation>面積のある登記</translation>
    </message>
    <message>
        <source>Entries without a lot</source>
        <translation>筆のない登記</translation>
    </message>
    <message>
        <source>Entry</source>
        <translation>記載</translation>
    </message>
    <message>
        <source>Estimates what neglected land does to homes and fields.</source>
        <translation>放置した場合に、家や田畑へ及ぶ影響を見積もります。</translation>
    </message>
    <message>
        <source>Every border point that was taken for the point of a neighbour within the tolerance, with the distance.</source>
        <translation>許容差の内にあり、隣の境界点と同じとみなした点のすべてと、その距離。</translation>
    </message>
    <message>
        <source>Every check: taken over, rejected, waiting, against an earlier result, or why it cannot be used.</source>
        <translation>すべての確認の状態です。取り込み、不採用、点検待ち、前の結果との食い違い、使えない理由を示します。</translation>
    </message>
    <message>
        <source>Every decay and distance with how well it fits.</source>
        <translation>試したすべての減衰と距離、その当てはまりのよさです。</translation>
    </message>
    <message>
        <source>Every figure, with pixels, covered part and status.</source>
        <translation>すべての数値を、画素数、値のある部分、集計の状態とともに示します。</translation>
    </message>
    <message>
        <source>Every lot with its treatment and cost.</source>
        <translation>すべての筆の手入れと費用です。</translation>
    </message>
    <message>
        <source>Every row that was not used: where it stands and why.</source>
        <translation>使わなかった行のすべて。どの行で、なぜかが分かります。</translation>
    </message>
    <message>
        <source>Everywhere in the study area</source>
        <translation>対象範囲のどこでも</translation>
    </message>
    <message>
        <source>Evidence</source>
        <translation>根拠</translation>
    </message>
    <message>
        <source>Evidence about forest lots</source>
        <translation>山林の根拠</translation>
    </message>
    <message>
        <source>Evidence about houses and plots</source>
        <translation>家屋と宅地の根拠</translation>
    </message>
    <message>
        <source>Evidence from images</source>
        <translation>画像の根拠</translation>
    </message>
    <message>
        <source>Evidence from surveys and registers</source>
        <translation>調査と台帳の根拠</translation>
    </message>
    <message>
        <source>Evidence from the place</source>
        <translation>場所の根拠</translation>
    </message>
    <message>
        <source>Evidence on the condition</source>
        <translation>状態の根拠</translation>
    </message>
    <message>
        <source>Evidence table of “Find unmanaged land”: slope, vegetation height, distance to road.</source>
        <translation>「管理されていない土地を探す」の根拠の表です（傾斜、草木の高さ、道路までの距離）。</translation>
    </message>
    <message>
        <source>Evidence tables</source>
        <translation>根拠の表</translation>
    </message>
    <message>
        <source>Evidence: {parts}. Check again to use it.</source>
        <translation>根拠: {parts}。使うには、もう一度調べてください。</translation>
    </message>
    <message>
        <source>Excel workbook</source>
        <translation>Excelのファイル</translation>
    </message>
    <message>
        <source>Expected loss of all lots now</source>
        <translation>いまの見込み損失の合計</translation>
    </message>
    <message>
        <source>Expected loss taken away</source>
        <translation>減ると見込まれる損失</translation>
    </message>
    <message>
        <source>Exponential</source>
        <translation>指数</translation>
    </message>
    <message>
        <source>Export for public</source>
        <translation>公開用に書き出す</translation>
    </message>
    <message>
        <source>Export list</source>
        <translation>一覧を書き出す</translation>
    </message>
    <message>
        <source>Export table</source>
        <translation>表で書き出す</translation>
    </message>
    <message>
        <source>Exposure of houses, fields and roads</source>
        <translation>家屋・農地・道路が受ける影響</translation>
    </message>
    <message>
        <source>Exposure that can be borne</source>
        <translation>許容できる影響</translation>
    </message>
    <message>
        <source>Exposure that is no trouble</source>
        <translation>困らない程度の影響</translation>
    </message>
    <message>
        <source>Exposure to the animals that the fence is to keep off. Empty: the whole exposure.</source>
        <translation>柵で防ぎたい鳥獣から受ける影響です。空なら受ける影響の全体を使います。</translation>
    </message>
    <message>
        <source>Farm patrol</source>
        <translation>農地パトロール</translation>
    </message>
    <message>
        <source>Farm patrol results</source>
        <translation>農地パトロールの結果</translation>
    </message>
    <message>
        <source>Farm patrol results with field checks</source>
        <translation>現地確認を加えた農地パトロールの結果</translation>
    </message>
    <message>
        <source>Farm patrol with field checks</source>
        <translation>農地パトロール（現地確認を含む）</translation>
    </message>
    <message>
        <source>Farmers (personal data)</source>
        <translation>耕作者（個人情報）</translation>
    </message>
    <message>
        <source>Farmers below this age go on without a successor</source>
        <translation>後継者がいなくても続けるとみなす年齢（未満）</translation>
    </message>
    <message>
        <source>Farmland</source>
        <translation>農地</translation>
    </message>
    <message>
        <source>Farmland pins</source>
        <translation>農地ピン</translation>
    </message>
    <message>
        <source>Farmland register</source>
        <translation>農地台帳</translation>
    </message>
    <message>
        <source>Farmland that is no source</source>
        <translation>影響元でない農地</translation>
    </message>
    <message>
        <source>Fast loss</source>
        <translation>減少が速い</translation>
    </message>
    <message>
        <source>Fast, with approximate distances</source>
        <translation>おおよその距離で速く計算する</translation>
    </message>
    <message>
        <source>Fast: a distance may be wrong by up to {m:.1f} m, on average less.</source>
        <translation>速い計算: 距離は最大{m:.1f} mずれることがあります。平均ではもっと小さくなります。</translation>
    </message>
    <message>
        <source>Fences</source>
        <translation>柵</translation>
    </message>
    <message>
        <source>Fences and other barriers</source>
        <translation>柵などのさえぎるもの</translation>
    </message>
    <message>
        <source>Fences by hamlet</source>
        <translation>集落ごとの柵</translation>
    </message>
    <message>
        <source>Fences round each hamlet: {separate}; one joint fence: {joint}.</source>
        <translation>集落ごとに柵をすると{separate}、全体を1つの柵で囲むと{joint}です。</translation>
    </message>
    <message>
        <source>Fences, each for itself and together</source>
        <translation>柵（集落ごと・全体）</translation>
    </message>
    <message>
        <source>Fewest lots that carry half of the burden</source>
        <translation>影響の半分を占める最少の筆数</translation>
    </message>
    <message>
        <source>Field check</source>
        <translation>現地確認</translation>
    </message>
    <message>
        <source>Field checks with their status</source>
        <translation>現地確認とその状態</translation>
    </message>
    <message>
        <source>Field for the age of lots</source>
        <translation>筆の古さの項目</translation>
    </message>
    <message>
        <source>Field of the lots that names their block. Empty: touching lots of one hamlet, parted by public land.</source>
        <translation>筆のまとまりを示す項目。空なら、同じ集落の隣り合う筆を、公有地で区切ってまとめます。</translation>
    </message>
    <message>
        <source>Field package</source>
        <translation>現地用データ</translation>
    </message>
    <message>
        <source>Field package (*.gpkg)</source>
        <translation>現地用データ（*.gpkg）</translation>
    </message>
    <message>
        <source>Field polygons</source>
        <translation>筆ポリゴン</translation>
    </message>
    <message>
        <source>Field that marks trusted lots</source>
        <translation>信頼する筆を示す項目</translation>
    </message>
    <message>
        <source>Field that names the area of a row. Empty: block_id, hamlet or district.</source>
        <translation>行の区域を示す項目。空なら block_id、hamlet、district のどれか。</translation>
    </message>
    <message>
        <source>Field with the area</source>
        <translation>区域の項目</translation>
    </message>
    <message>
        <source>Field with the block</source>
        <translation>まとまりの項目</translation>
    </message>
    <message>
        <source>Field with the condition</source>
        <translation>状態の項目</translation>
    </message>
    <message>
        <source>Field with the count</source>
        <translation>件数の項目</translation>
    </message>
    <message>
        <source>Field with the date</source>
        <translation>日付の項目</translation>
    </message>
    <message>
        <source>Field with the exposure</source>
        <translation>受ける影響の項目</translation>
    </message>
    <message>
        <source>Field with the importance</source>
        <translation>大切さの項目</translation>
    </message>
    <message>
        <source>Field with the lot key</source>
        <translation>筆の識別子の項目</translation>
    </message>
    <message>
        <source>Fields</source>
        <translation>田畑</translation>
    </message>
    <message>
        <source>Fields that may suffer. Empty: the farmland among the lots whose condition is managed.</source>
        <translation>影響を受ける可能性のある農地です。空なら、筆のうち管理されている農地を使います。</translation>
    </message>
    <message>
        <source>Fields this near share a fence. An assumption.</source>
        <translation>これより近い農地は同じ柵に入れます。仮定です。</translation>
    </message>
    <message>
        <source>Fields with exposure</source>
        <translation>影響を受ける農地</translation>
    </message>
    <message>
        <source>Fields within reach (ha)</source>
        <translation>影響の届く農地（ha）</translation>
    </message>
    <message>
        <source>Fields, empty houses, water use</source>
        <translation>田畑の見回り、空き家、水道の使用量</translation>
    </message>
    <message>
        <source>Figures per lot and image</source>
        <translation>筆と画像ごとの数値</translation>
    </message>
    <message>
        <source>Figures with fewer owners behind them are hidden.</source>
        <translation>元になる所有者がこれより少ない数字は伏せます。</translation>
    </message>
    <message>
        <source>File: {path}</source>
        <translation>ファイル: {path}</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>ファイル</translation>
    </message>
    <message>
        <source>Files for the field</source>
        <translation>現地用のファイル</translation>
    </message>
    <message>
        <source>Fills in hamlet and district where they are missing, and keeps the official areas for the tables.</source>
        <translation>集落と地区の空欄を埋めます。公的な面積は集計表のために残します。</translation>
    </message>
    <message>
        <source>Find best lots</source>
        <translation>効果の高い筆を探す</translation>
    </message>
    <message>
        <source>Find entries of one owner</source>
        <translation>同じ所有者の記載を探す</translation>
    </message>
    <message>
        <source>Find out</source>
        <translation>見分ける</translation>
    </message>
    <message>
        <source>Find out which owners can be reached</source>
        <translation>所有者に連絡がつくかを調べる</translation>
    </message>
    <message>
        <source>Find the least</source>
        <translation>最小限を探す</translation>
    </message>
    <message>
        <source>Find the least management</source>
        <translation>最低限の管理を探す</translation>
    </message>
    <message>
        <source>Find unmanaged land</source>
        <translation>管理されていない土地を探す</translation>
    </message>
    <message>
        <source>Finding (associated, opposite, none)</source>
        <translation>結果（associated 関連あり、opposite 逆、none 見つからず）</translation>
    </message>
    <message>
        <source>Finding (better, no_better, useless)</source>
        <translation>結果（better・no_better・useless）</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>指摘</translation>
    </message>
    <message>
        <source>Findings of an earlier check</source>
        <translation>以前の点検の指摘</translation>
    </message>
    <message>
        <source>Findings that could not be repaired, each with the reason.</source>
        <translation>修復できなかった指摘を、理由とともに示します。</translation>
    </message>
    <message>
        <source>Findings: areas</source>
        <translation>指摘の範囲</translation>
    </message>
    <message>
        <source>Findings: lots and boundaries</source>
        <translation>筆と境界の指摘</translation>
    </message>
    <message>
        <source>Finds entries of the list of owners that are the same person or body, by spelling of the name, former name, address and share, and says why. Certain pairs are joined, likely ones are listed for review, and what was decided before counts first. It also lists shares that do not add up, successions not registered, and old registrations. The results hold keys and classes only, no name and no address. Its points are assumptions and prove no identity.</source>
        <translation>所有者の一覧から、同じ人や団体の記載を、氏名の書き方、旧氏名、住所、持分で探し、理由を示します。確実な組はまとめ、可能性のある組は確認用に並べます。前の判断を最優先します。合わない持分、未登記の相続、古い登記も挙げます。結果にはキーと区分だけを書き、氏名や住所は書きません。点数は仮定で、同一人の証明ではありません。</translation>
    </message>
    <message>
        <source>Finds for each row of a register table its lot on the map. Certain: the same number in the same place, alone on both sides, and areas that agree where both are known. Likely: something differs, and a person should look; the reason says what. Rows and lots without a partner are listed with the reason. Only certain and accepted matches are joined to the lots. Decisions of people are read from a table and kept in the next run. It is a comparison of texts and areas: it does not prove where a lot lies or who owns it.</source>
        <translation>登記の表の行ごとに、図の筆を探します。「確実」は、所在と地番が同じで、どちらの側にもほかの相手がなく、面積が分かるときは公差の内にあるものです。「要確認」はどこかが違うもので、理由を見て人が決めます。相手のない行と筆は、理由と一緒に一覧にします。筆に結び付けるのは、確実なものと採用したものだけです。人の決定は表から読み、次の照合でも保ちます。文字と面積の比較であり、筆の位置や所有者を証明するものではありません。</translation>
    </message>
    <message>
        <source>Finds out which owners can be reached.</source>
        <translation>所有者に連絡がつくかを調べます。</translation>
    </message>
    <message>
        <source>Finds the best lots for these hours. Give hours or yen, not both.</source>
        <translation>この時間で最もよい筆を探します。時間か費用の片方だけを入れます。</translation>
    </message>
    <message>
        <source>Finds the best lots for this money. Give hours or yen, not both.</source>
        <translation>この費用で最もよい筆を探します。時間か費用の片方だけを入れます。</translation>
    </message>
    <message>
        <source>Finds the best lots, at most so many.</source>
        <translation>この数までで最もよい筆を探します。</translation>
    </message>
    <message>
        <source>Finds the cheapest treatment of every lot such that every house, field and road stays under the exposure that the village can bear. Where that cannot be reached it says whom it fails and by how much, and comes as near as it can. It also says how far at most the answer is from the cheapest possible. Thresholds, costs and effects are assumptions until the village sets them.</source>
        <translation>どの家屋・農地・道路も地域で許容できる影響に収まるように、筆ごとに最も安い手入れを探します。収まらない場合は、どこがどれだけ超えるかを示し、できるだけ近づけます。最も安い案から最大でどれだけ離れているかも示します。許容・費用・効果は、地域で決めるまでは仮定です。</translation>
    </message>
    <message>
        <source>Finds the register entry of each lot.</source>
        <translation>筆ごとに登記の行を探します。</translation>
    </message>
    <message>
        <source>Fits the weights to your own survey and tests them hamlet by hamlet</source>
        <translation>地域の調査に重みを合わせ、集落ごとに確かめます</translation>
    </message>
    <message>
        <source>Fix {n}</source>
        <translation>直す {n}</translation>
    </message>
    <message>
        <source>Flag {n} lots as priority</source>
        <translation>{n} 筆を優先にする</translation>
    </message>
    <message>
        <source>Flow lines</source>
        <translation>影響の流れ</translation>
    </message>
    <message>
        <source>Folder for the tables</source>
        <translation>表を入れるフォルダー</translation>
    </message>
    <message>
        <source>Folder with land registry maps</source>
        <translation>登記所備付地図データのフォルダ</translation>
    </message>
    <message>
        <source>For every receptor not named in the table. 1 is about one unmanaged lot within reach. An assumption.</source>
        <translation>表にない影響先すべてに使います。1は、影響の届く管理されていない土地がおよそ1筆ある程度です。仮定です。</translation>
    </message>
    <message>
        <source>For example 2025-04-01. Empty: the newest day in the tables, so that a later run gives the same result.</source>
        <translation>例: 2025-04-01。空なら表の中で最も新しい日です。後で実行しても同じ結果になります。</translation>
    </message>
    <message>
        <source>For example 2026-11-30. Empty: today.</source>
        <translation>例: 2026-11-30。空なら今日です。</translation>
    </message>
    <message>
        <source>For example 2026-11. The ids of the checks are made from it and the lot, so each round has its own.</source>
        <translation>例: 2026-11。確認の識別子はこの名前と筆から作るので、回ごとに別になります。</translation>
    </message>
    <message>
        <source>For example the burden on others: a lot twice as important counts twice. Empty: all alike.</source>
        <translation>たとえば周りへの影響です。2倍大切な筆は2倍に数えます。空ならすべて同じです。</translation>
    </message>
    <message>
        <source>For example: an unnumbered path</source>
        <translation>例: 無番地の里道</translation>
    </message>
    <message>
        <source>For example: tax office</source>
        <translation>例: 税務課</translation>
    </message>
    <message>
        <source>For printing; texts stay texts.</source>
        <translation>印刷用。文字は文字のまま残ります。</translation>
    </message>
    <message>
        <source>For the outlook of clinic, shop, school, bus and water; taken to shrink as the village. 0: not known.</source>
        <translation>診療所・店・学校・バス・水道の見通しに使います。地区と同じ割合で減ると仮定します。0: 分からない。</translation>
    </message>
    <message>
        <source>For the period told in the report and the citation.</source>
        <translation>報告書と出典に書く期間に使います。</translation>
    </message>
    <message>
        <source>For the screen and for documents.</source>
        <translation>画面や文書に使う画像。</translation>
    </message>
    <message>
        <source>For watch only. An assumption.</source>
        <translation>見守りの判断に使います。仮定です。</translation>
    </message>
    <message>
        <source>Forecast</source>
        <translation>将来予測</translation>
    </message>
    <message>
        <source>Forecast against truth</source>
        <translation>予測と実際</translation>
    </message>
    <message>
        <source>Forecast by hamlet</source>
        <translation>集落ごとの予測</translation>
    </message>
    <message>
        <source>Forecast of the land</source>
        <translation>土地の将来予測</translation>
    </message>
    <message>
        <source>Forecast the land</source>
        <translation>土地の将来を予測する</translation>
    </message>
    <message>
        <source>Forest</source>
        <translation>森林</translation>
    </message>
    <message>
        <source>Forest edge</source>
        <translation>林縁</translation>
    </message>
    <message>
        <source>Forest edge lines, for the distance to the lot.</source>
        <translation>林縁の線です。筆からの距離に使います。</translation>
    </message>
    <message>
        <source>Forest ledger</source>
        <translation>林地台帳</translation>
    </message>
    <message>
        <source>Forest mesh</source>
        <translation>森林メッシュ</translation>
    </message>
    <message>
        <source>Forest or forest edge</source>
        <translation>森林または林縁</translation>
    </message>
    <message>
        <source>Forest register</source>
        <translation>森林簿</translation>
    </message>
    <message>
        <source>Forest stand list</source>
        <translation>森林簿</translation>
    </message>
    <message>
        <source>Forest, drawn as pale trees.</source>
        <translation>森林。淡い木の模様で描きます。</translation>
    </message>
    <message>
        <source>From</source>
        <translation>どこから</translation>
    </message>
    <message>
        <source>From pictures, registers, the place, forest and houses, as far as there is data</source>
        <translation>写真・台帳・場所・森林・家屋から、データのあるものを使います</translation>
    </message>
    <message>
        <source>From present to planned use</source>
        <translation>現在の利用から計画の利用へ</translation>
    </message>
    <message>
        <source>From the registry office or town hall</source>
        <translation>法務局や役場からもらった地図</translation>
    </message>
    <message>
        <source>From these costs: likely unmanaged above {above} %, likely managed below {below} %.</source>
        <translation>この費用から決まるしきい値: {above} %より上は「管理されていない可能性」、{below} %より下は「管理されている可能性」です。</translation>
    </message>
    <message>
        <source>From which land?</source>
        <translation>どの土地から</translation>
    </message>
    <message>
        <source>From which the years count. 0: the year of the newest survey, else this year.</source>
        <translation>年数を数え始める年。0: 最も新しい調査の年、なければ今年。</translation>
    </message>
    <message>
        <source>Further layers</source>
        <translation>ほかのデータ</translation>
    </message>
    <message>
        <source>Further rows of the same records</source>
        <translation>同じ記録のくり返しの行</translation>
    </message>
    <message>
        <source>GPX (*.gpx)</source>
        <translation>GPX（*.gpx）</translation>
    </message>
    <message>
        <source>GPX file</source>
        <translation>GPXファイル</translation>
    </message>
    <message>
        <source>Gain in Brier score</source>
        <translation>ブライアスコアの改善</translation>
    </message>
    <message>
        <source>Gain in squared error</source>
        <translation>二乗誤差の改善</translation>
    </message>
    <message>
        <source>Gain, from</source>
        <translation>改善（下限）</translation>
    </message>
    <message>
        <source>Gain, to</source>
        <translation>改善（上限）</translation>
    </message>
    <message>
        <source>Gap within one fence (m)</source>
        <translation>同じ柵に入れるすき間（m）</translation>
    </message>
    <message>
        <source>Gaps and overlaps up to this width are ignored. Points up to this distance from a border count as lying on it.</source>
        <translation>この幅までのすき間と重なりは見ません。境界からこの距離までの点は境界の上とみなします。</translation>
    </message>
    <message>
        <source>Gaps and overlaps up to this width count as fitting, as in the check.</source>
        <translation>この幅までのすき間や重なりは、点検と同じく合っているとみなします。</translation>
    </message>
    <message>
        <source>Gaps below the limits are closed, open strips on request; trusted lots get nothing.</source>
        <translation>上限より小さいすき間を閉じます。外に開いたすき間は指定したときだけ閉じます。信頼する筆には加えません。</translation>
    </message>
    <message>
        <source>GeoPackage (*.gpkg)</source>
        <translation>GeoPackage（*.gpkg）</translation>
    </message>
    <message>
        <source>Gets area_by_use.csv, area_by_use_change.csv, area_by_class.csv and plan_tables.xlsx.</source>
        <translation>area_by_use.csv、area_by_use_change.csv、area_by_class.csv、plan_tables.xlsx を書きます。</translation>
    </message>
    <message>
        <source>Getting ready…</source>
        <translation>準備しています…</translation>
    </message>
    <message>
        <source>Gives rows without an area their place, matched by lot_key. Needed for a table in a new plan.</source>
        <translation>場所のない行に、lot_key を手がかりに場所を与えます。表から新しい計画を作るときに必要です。</translation>
    </message>
    <message>
        <source>Go to step 1</source>
        <translation>① へ進む</translation>
    </message>
    <message>
        <source>Go to step 2</source>
        <translation>② へ進む</translation>
    </message>
    <message>
        <source>Go to step 3</source>
        <translation>③ へ進む</translation>
    </message>
    <message>
        <source>Greenness (NDVI)</source>
        <translation>緑の濃さ（NDVI）</translation>
    </message>
    <message>
        <source>Greenness (NDVI) of summers</source>
        <translation>夏の緑の濃さ（NDVI）</translation>
    </message>
    <message>
        <source>Greenness from above, by summer</source>
        <translation>空から見た緑（夏ごと）</translation>
    </message>
    <message>
        <source>Greenness in summer</source>
        <translation>夏の緑（植生指数）</translation>
    </message>
    <message>
        <source>Ground height</source>
        <translation>標高</translation>
    </message>
    <message>
        <source>Half is left after</source>
        <translation>半分になる距離</translation>
    </message>
    <message>
        <source>Halves and doubles each weight and each cost in turn and counts the lots that get another answer. Lots whose answer depends on a weight are shown on the map: look at them on the ground before you rely on them. Surveyed lots keep what the survey found.</source>
        <translation>重みと費用を1つずつ半分・2倍にして、答えが変わる土地を数えます。重みに左右される土地を地図に示します。頼る前に現地で確かめてください。調査した土地は調査の結果のままです。</translation>
    </message>
    <message>
        <source>Hamlet</source>
        <translation>集落</translation>
    </message>
    <message>
        <source>Hamlet areas</source>
        <translation>集落の区域</translation>
    </message>
    <message>
        <source>Hamlet areas, drawn with a dashed line and their name.</source>
        <translation>集落の区域。破線と名前で示します。</translation>
    </message>
    <message>
        <source>Hamlet areas, drawn with a dashed line.</source>
        <translation>集落の区域。破線で描きます。</translation>
    </message>
    <message>
        <source>Hamlets</source>
        <translation>集落</translation>
    </message>
    <message>
        <source>Hamlets not shown</source>
        <translation>示さない集落の数</translation>
    </message>
    <message>
        <source>Hamlets with hidden figures</source>
        <translation>伏せた数字のある集落</translation>
    </message>
    <message>
        <source>Hamlets with their number of records, also those with 0. Used when no points are given.</source>
        <translation>記録の件数が入った集落です（0件の集落も含めます）。点がないときに使います。</translation>
    </message>
    <message>
        <source>Hard to reach from this distance to a road (m)</source>
        <translation>行きにくいとみなす道路までの距離（m）</translation>
    </message>
    <message>
        <source>Hard to reach from this slope (degrees)</source>
        <translation>行きにくいとみなす傾斜（度）</translation>
    </message>
    <message>
        <source>Harm</source>
        <translation>影響の種類</translation>
    </message>
    <message>
        <source>Harm is large from this burden</source>
        <translation>影響が大きいとみなす値</translation>
    </message>
    <message>
        <source>Harm to surroundings</source>
        <translation>周りへの影響</translation>
    </message>
    <message>
        <source>Hazard zones</source>
        <translation>災害区域</translation>
    </message>
    <message>
        <source>Height model</source>
        <translation>標高ラスタ</translation>
    </message>
    <message>
        <source>Height model in metres, for slope and for the surface height.</source>
        <translation>標高（m）です。傾斜と、地表面の高さに使います。</translation>
    </message>
    <message>
        <source>Height model in metres. Slope is taken over the lot and 20 m around it.</source>
        <translation>標高（m）です。傾斜は筆とその周り20 mで計算します。</translation>
    </message>
    <message>
        <source>Height of plants</source>
        <translation>植物の高さ</translation>
    </message>
    <message>
        <source>Height of plants above ground in metres.</source>
        <translation>地面からの草木の高さ（m）です。</translation>
    </message>
    <message>
        <source>Height of plants above ground in metres; used for canopy closure where the mesh tells none.</source>
        <translation>地面からの草木の高さ（m）です。メッシュにない所の樹冠疎密度に使います。</translation>
    </message>
    <message>
        <source>Height of the ground</source>
        <translation>地面の高さ</translation>
    </message>
    <message>
        <source>Height of the surface with plants; the ground height is taken away.</source>
        <translation>草木を含む表面の高さです。地盤の高さを引きます。</translation>
    </message>
    <message>
        <source>Heights in metres, for rules that go downhill.</source>
        <translation>標高（m）です。斜面を下る規則で使います。</translation>
    </message>
    <message>
        <source>Heirs are likely after (years)</source>
        <translation>相続人の可能性を見る年数</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>使い方</translation>
    </message>
    <message>
        <source>Homes, fields and roads affected</source>
        <translation>影響を受ける家・田畑・道</translation>
    </message>
    <message>
        <source>Hours a year, 10 a</source>
        <translation>時間（年・10 a）</translation>
    </message>
    <message>
        <source>Hours available then per 100 hours needed</source>
        <translation>必要な作業100時間に対する使える時間</translation>
    </message>
    <message>
        <source>Hours of all walks</source>
        <translation>全コースの時間</translation>
    </message>
    <message>
        <source>Hours per metre and year</source>
        <translation>1mあたり年間の作業時間</translation>
    </message>
    <message>
        <source>Hours per walk</source>
        <translation>1コースの時間</translation>
    </message>
    <message>
        <source>Hours per year in all</source>
        <translation>年間の作業時間の合計</translation>
    </message>
    <message>
        <source>Hours there are per year</source>
        <translation>1年に使える作業時間</translation>
    </message>
    <message>
        <source>House plots</source>
        <translation>宅地など</translation>
    </message>
    <message>
        <source>Houses</source>
        <translation>家屋</translation>
    </message>
    <message>
        <source>Houses are cut out of greenness and plant height, with every pixel they touch.</source>
        <translation>家屋は、かかる画素ごと、緑の濃さと草木の高さから除きます。</translation>
    </message>
    <message>
        <source>Houses with house_id and occupied (yes, no, unknown).</source>
        <translation>house_id と occupied（yes、no、unknown）のある家屋です。</translation>
    </message>
    <message>
        <source>Houses with house_id; those known to be vacant (occupied = no) are left out.</source>
        <translation>house_id のある家屋です。空き家（occupied = no）は除きます。</translation>
    </message>
    <message>
        <source>Houses with the field occupied (yes, no, unknown), for house plots.</source>
        <translation>occupied（yes, no, unknown）のある家屋です。宅地の判断に使います。</translation>
    </message>
    <message>
        <source>Houses with the field occupied. Without them the harm of most lots stays unknown.</source>
        <translation>occupied（居住）のある家屋です。ないと、多くの筆の影響が分かりません。</translation>
    </message>
    <message>
        <source>Houses within reach</source>
        <translation>影響の届く家屋</translation>
    </message>
    <message>
        <source>Houses, to share the people of a mesh cell among hamlets.</source>
        <translation>家屋。メッシュの人口を集落に分けるのに使います。</translation>
    </message>
    <message>
        <source>Houses; those known to be vacant are left out of the distance.</source>
        <translation>家屋です。空き家と分かっているものは距離に使いません。</translation>
    </message>
    <message>
        <source>How alike neighbours are</source>
        <translation>隣どうしの似かた</translation>
    </message>
    <message>
        <source>How does it fade?</source>
        <translation>弱まり方</translation>
    </message>
    <message>
        <source>How far</source>
        <translation>届く距離</translation>
    </message>
    <message>
        <source>How far it moves (m)</source>
        <translation>移る距離（m）</translation>
    </message>
    <message>
        <source>How far likeness reaches (m)</source>
        <translation>似かたが届く距離（m）</translation>
    </message>
    <message>
        <source>How far outside a lot a pin may lie when its number agrees (assumption).</source>
        <translation>地番が一致するとき、ピンが筆の外にあってもよい距離です（仮定）。</translation>
    </message>
    <message>
        <source>How far?</source>
        <translation>どこまで届くか</translation>
    </message>
    <message>
        <source>How good it is</source>
        <translation>成績</translation>
    </message>
    <message>
        <source>How it fades</source>
        <translation>弱まり方</translation>
    </message>
    <message>
        <source>How many are tried for each scenario. More make the figures steadier.</source>
        <translation>それぞれの場合に試す将来の数。多いほど数字が安定します。</translation>
    </message>
    <message>
        <source>How many times as fast as the table</source>
        <translation>表の何倍の速さか</translation>
    </message>
    <message>
        <source>How much does it weigh?</source>
        <translation>重み</translation>
    </message>
    <message>
        <source>How much of each harm does it take away?</source>
        <translation>それぞれの影響をどれだけ減らしますか</translation>
    </message>
    <message>
        <source>How much of the possible futures an interval holds; 80 means from the 10 % to the 90 % point.</source>
        <translation>幅に含める将来の割合。80なら10 %点から90 %点までです。</translation>
    </message>
    <message>
        <source>How much there is</source>
        <translation>使える量</translation>
    </message>
    <message>
        <source>How much time is there?</source>
        <translation>時間はどのくらいありますか。</translation>
    </message>
    <message>
        <source>How near to ditch or forest edge</source>
        <translation>水路・林縁からの距離</translation>
    </message>
    <message>
        <source>How often exposure is moved at random for the p value.</source>
        <translation>p値のために影響を無作為に入れ替える回数です。</translation>
    </message>
    <message>
        <source>How sure</source>
        <translation>根拠</translation>
    </message>
    <message>
        <source>How sure is it?</source>
        <translation>根拠</translation>
    </message>
    <message>
        <source>How the effect may fall with distance. The one that fits best is chosen; the p value allows for it.</source>
        <translation>影響が距離とともにどう減るかの候補です。最も合うものを選びます。p値はこの選択を考えに入れています。</translation>
    </message>
    <message>
        <source>If left alone, is the harm to others large?</source>
        <translation>放っておくと、周りへの影響は大きいですか。</translation>
    </message>
    <message>
        <source>If nothing changes</source>
        <translation>このまま続いた場合</translation>
    </message>
    <message>
        <source>Images of wetness, one band per date.</source>
        <translation>水分の画像です。1バンドが1つの日付です。</translation>
    </message>
    <message>
        <source>Images with one or more bands, one band per date.</source>
        <translation>1つ以上のバンドを持つ画像です。1バンドが1つの日付です。</translation>
    </message>
    <message>
        <source>Import damage records</source>
        <translation>被害の記録を取り込む</translation>
    </message>
    <message>
        <source>Import farmland register pins</source>
        <translation>農地ピンを取り込む</translation>
    </message>
    <message>
        <source>Import field polygons</source>
        <translation>筆ポリゴンを取り込む</translation>
    </message>
    <message>
        <source>Import forest register</source>
        <translation>林地台帳・森林簿を取り込む</translation>
    </message>
    <message>
        <source>Import land registry map</source>
        <translation>登記所備付地図データを読み込む</translation>
    </message>
    <message>
        <source>Import lots</source>
        <translation>筆の図を取り込む</translation>
    </message>
    <message>
        <source>Import open data</source>
        <translation>オープンデータを取り込む</translation>
    </message>
    <message>
        <source>Import other map</source>
        <translation>そのほかの地図を取り込む</translation>
    </message>
    <message>
        <source>Import population squares</source>
        <translation>人口メッシュを取り込む</translation>
    </message>
    <message>
        <source>Import register</source>
        <translation>台帳を取り込む</translation>
    </message>
    <message>
        <source>In Terminal run: /Applications/QGIS.app/Contents/MacOS/bin/python3 -m pip install {names} and restart QGIS.</source>
        <translation>ターミナルで /Applications/QGIS.app/Contents/MacOS/bin/python3 -m pip install {names} を実行して、QGIS を再起動してください。</translation>
    </message>
    <message>
        <source>In a terminal run: sudo apt install {debian} and restart QGIS.</source>
        <translation>端末で sudo apt install {debian} を実行して、QGIS を再起動してください。</translation>
    </message>
    <message>
        <source>In the conda environment of QGIS run: conda install -c conda-forge {names}</source>
        <translation>QGIS の conda 環境で次を実行してください: conda install -c conda-forge {names}</translation>
    </message>
    <message>
        <source>In this share of the lots of a hamlet like those surveyed, “what is possible” shall hold the truth.</source>
        <translation>調査した集落と似た集落で、この割合の土地について「ありうる状態」が正しくなるようにします。</translation>
    </message>
    <message>
        <source>In tolerance</source>
        <translation>公差内</translation>
    </message>
    <message>
        <source>In which unit the registered areas stand. Left at “Find out”, the map, the cells and the name of the column tell; a guess is marked in the report.</source>
        <translation>登記面積の単位。「見分ける」のままなら、図上の面積・値・列の名前から決めます。推測のときは報告に示します。</translation>
    </message>
    <message>
        <source>In {pct} % of the area every owner can be reached ({private} % without public land).</source>
        <translation>面積の{pct} %で、所有者の全員に連絡がつきます（公有地を除くと{private} %）。</translation>
    </message>
    <message>
        <source>In {years} years</source>
        <translation>{years}年後</translation>
    </message>
    <message>
        <source>Interval (%)</source>
        <translation>幅（%）</translation>
    </message>
    <message>
        <source>It stopped without saying why. Please try again.</source>
        <translation>理由が分からないまま止まりました。もう一度試してください。</translation>
    </message>
    <message>
        <source>It would relieve {n} houses, fields or roads.</source>
        <translation>家屋・農地・道路の{n}件の影響が軽くなる見込みです。</translation>
    </message>
    <message>
        <source>JGD2000 (maps not changed since before 2011)</source>
        <translation>世界測地系2000（2011年より前のままの地図）</translation>
    </message>
    <message>
        <source>JGD2011 (newer maps)</source>
        <translation>世界測地系2011（新しい地図）</translation>
    </message>
    <message>
        <source>Japanese</source>
        <translation>日本語</translation>
    </message>
    <message>
        <source>Japanese surveyors write the distance north as X and the distance east as Y. Only for columns x and y.</source>
        <translation>日本の測量では北向きの距離をX、東向きの距離をYと書きます。x・yの列だけに使います。</translation>
    </message>
    <message>
        <source>Join from this score</source>
        <translation>まとめる点</translation>
    </message>
    <message>
        <source>Joint fence (m)</source>
        <translation>共同の柵（m）</translation>
    </message>
    <message>
        <source>Keep classes of owners</source>
        <translation>所有者の区分を残す</translation>
    </message>
    <message>
        <source>Keeps for each lot whether its owner can be reached. Areas are then checked for too few owners.</source>
        <translation>筆ごとに所有者への連絡がつくかを残します。その場合は、所有者が少なすぎる区域がないかを調べます。</translation>
    </message>
    <message>
        <source>Keeps what the columns mean and the unit, for the next table of the same office.</source>
        <translation>列の意味と単位を残し、同じ役場の次の表に使います。</translation>
    </message>
    <message>
        <source>Key of the other map</source>
        <translation>重ねる図のキー</translation>
    </message>
    <message>
        <source>Key: {key}</source>
        <translation>キー: {key}</translation>
    </message>
    <message>
        <source>Keys of lots, separated by semicolons. Then only these lots and their neighbours are checked, which is quick after a correction. Empty: all lots.</source>
        <translation>筆のキーをセミコロンで区切って入れると、その筆と隣だけを調べます。直したあとの確認が早く済みます。空なら全筆を調べます。</translation>
    </message>
    <message>
        <source>Keys of owners</source>
        <translation>所有者のキー</translation>
    </message>
    <message>
        <source>Kind of data</source>
        <translation>データの種類</translation>
    </message>
    <message>
        <source>Kind of data found</source>
        <translation>見分けたデータの種類</translation>
    </message>
    <message>
        <source>Kind of finding</source>
        <translation>指摘の種類</translation>
    </message>
    <message>
        <source>Kind of harm</source>
        <translation>影響の種類</translation>
    </message>
    <message>
        <source>Kind of land</source>
        <translation>土地の種類</translation>
    </message>
    <message>
        <source>Kind of source land</source>
        <translation>影響元の土地の種類</translation>
    </message>
    <message>
        <source>Kind of table</source>
        <translation>表の種類</translation>
    </message>
    <message>
        <source>Kinds of care</source>
        <translation>手入れの種類</translation>
    </message>
    <message>
        <source>Kinds of land to visit</source>
        <translation>回る土地の種類</translation>
    </message>
    <message>
        <source>Kinds of maps</source>
        <translation>図の区分</translation>
    </message>
    <message>
        <source>Kinds of receptors without an active rule</source>
        <translation>使う規則がない影響先の種類</translation>
    </message>
    <message>
        <source>Land</source>
        <translation>土地</translation>
    </message>
    <message>
        <source>Land Stewardship</source>
        <translation>土地の使い方</translation>
    </message>
    <message>
        <source>Land Stewardship: help</source>
        <translation>「土地の使い方」の手引き</translation>
    </message>
    <message>
        <source>Land category</source>
        <translation>地目</translation>
    </message>
    <message>
        <source>Land category in the register</source>
        <translation>登記の表の地目</translation>
    </message>
    <message>
        <source>Land cover</source>
        <translation>土地被覆</translation>
    </message>
    <message>
        <source>Land lots in a plane coordinate system in metres.</source>
        <translation>メートル単位の平面座標系の筆です。</translation>
    </message>
    <message>
        <source>Land register</source>
        <translation>登記の一覧</translation>
    </message>
    <message>
        <source>Land register table</source>
        <translation>登記の表</translation>
    </message>
    <message>
        <source>Land registry map</source>
        <translation>登記所備付地図データ</translation>
    </message>
    <message>
        <source>Land registry map (*.xml *.XML *.zip *.ZIP)</source>
        <translation>登記所備付地図データ (*.xml *.XML *.zip *.ZIP)</translation>
    </message>
    <message>
        <source>Land-use plan</source>
        <translation>土地利用計画</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>ことば</translation>
    </message>
    <message>
        <source>Language of sheet and package.</source>
        <translation>用紙とデータの言語です。</translation>
    </message>
    <message>
        <source>Language of the result.</source>
        <translation>結果の言語です。</translation>
    </message>
    <message>
        <source>Language of the sheet.</source>
        <translation>図に使う言葉。</translation>
    </message>
    <message>
        <source>Large</source>
        <translation>大きい</translation>
    </message>
    <message>
        <source>Larger enclosed areas are taken for land outside the map. 0 means no limit.</source>
        <translation>これより広い囲まれた土地は地図の外とみなします。0 は制限なしです。</translation>
    </message>
    <message>
        <source>Larger gaps and open strips stay. 0 means no limit.</source>
        <translation>これより大きいすき間（外に開いたものも）は残します。0 なら上限なしです。</translation>
    </message>
    <message>
        <source>Largest gap (m²)</source>
        <translation>すき間の最大面積（m²）</translation>
    </message>
    <message>
        <source>Lasso</source>
        <translation>囲む</translation>
    </message>
    <message>
        <source>Lasso: draw around the lots to paint</source>
        <translation>囲む: 塗る筆を囲む</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>あとで</translation>
    </message>
    <message>
        <source>Lay another map over the lots</source>
        <translation>他の地図を筆に重ねる</translation>
    </message>
    <message>
        <source>Lay another parcel map over the lots</source>
        <translation>ほかの区画図を筆に重ねる</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>レイヤ</translation>
    </message>
    <message>
        <source>Layer from “Draft the plan” or a table with lot_key (or unit_no) and management_class. Classes may be codes, button numbers or words.</source>
        <translation>「たたき台を作る」の結果か、lot_key（または unit_no）と management_class のある表です。区分は、コード・ボタンの番号・言葉のどれでも書けます。</translation>
    </message>
    <message>
        <source>Layer with hamlet, district and official_area_ha. Empty: what the plan file remembers.</source>
        <translation>hamlet、district、official_area_ha のある図です。空欄なら、計画のファイルに残っている値を使います。</translation>
    </message>
    <message>
        <source>Layers and tables to copy beside the plan.</source>
        <translation>計画のほかに写すデータと表。</translation>
    </message>
    <message>
        <source>Layers written</source>
        <translation>書き出したデータ</translation>
    </message>
    <message>
        <source>Learn from damage records</source>
        <translation>被害の記録から学ぶ</translation>
    </message>
    <message>
        <source>Learn from the survey</source>
        <translation>調査から学習</translation>
    </message>
    <message>
        <source>Least contiguous block for priority (ha)</source>
        <translation>優先とする一団の土地の最小面積（ha）</translation>
    </message>
    <message>
        <source>Least covered part of a lot</source>
        <translation>値のある部分の最小割合</translation>
    </message>
    <message>
        <source>Least management</source>
        <translation>必要最小限の手入れ</translation>
    </message>
    <message>
        <source>Least management per lot</source>
        <translation>筆ごとの最低限の管理</translation>
    </message>
    <message>
        <source>Least number of pixels</source>
        <translation>最小の画素数</translation>
    </message>
    <message>
        <source>Leave as it is</source>
        <translation>直さなくてよい</translation>
    </message>
    <message>
        <source>Leave empty to take the zone named in the files. Maps of other zones are converted to it.</source>
        <translation>空ならファイルに書かれた系を使います。ほかの系の地図はこの系に変換します。</translation>
    </message>
    <message>
        <source>Leave open</source>
        <translation>保留する</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>除く</translation>
    </message>
    <message>
        <source>Leave overlaps as they are</source>
        <translation>重なりをそのまま残す</translation>
    </message>
    <message>
        <source>Left as it is</source>
        <translation>直さないもの</translation>
    </message>
    <message>
        <source>Left as it is: {reason}</source>
        <translation>直さない理由: {reason}</translation>
    </message>
    <message>
        <source>Left as it was</source>
        <translation>直さなかったもの</translation>
    </message>
    <message>
        <source>Left at “Find out”, the columns decide.</source>
        <translation>「見分ける」のままなら、列で決めます。</translation>
    </message>
    <message>
        <source>Left at “Find out”, the names of the fields decide.</source>
        <translation>「見分ける」のままなら、項目の名前で決めます。</translation>
    </message>
    <message>
        <source>Left button paints. Right button only chooses a lot. Esc stops a stroke.</source>
        <translation>左ボタンで塗り、右ボタンで選ぶだけです。Esc で中止します。</translation>
    </message>
    <message>
        <source>Left empty, every lot (or every selected lot) counts as unmanaged.</source>
        <translation>空なら、すべての筆（または選んだ筆）を管理されていないものとします。</translation>
    </message>
    <message>
        <source>Left empty: village and the name of the map.</source>
        <translation>空欄なら、地区の名前と図の名前。</translation>
    </message>
    <message>
        <source>Left open</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Left open on {date}</source>
        <translation>{date}に保留</translation>
    </message>
    <message>
        <source>Left out as personal data: {columns}.</source>
        <translation>個人情報とみて除いた列: {columns}。</translation>
    </message>
    <message>
        <source>Left {n}</source>
        <translation>そのまま {n}</translation>
    </message>
    <message>
        <source>Legal zones, laid over lots and receptors by share. They never enter the exposure.</source>
        <translation>法律による区域です。土地と影響先に割合で重ねます。受ける影響には加えません。</translation>
    </message>
    <message>
        <source>Life of a fence (years)</source>
        <translation>柵がもつ年数</translation>
    </message>
    <message>
        <source>Likely managed (ha)</source>
        <translation>管理されている可能性（ha）</translation>
    </message>
    <message>
        <source>Likely managed below probability</source>
        <translation>管理されている可能性とする確率（未満）</translation>
    </message>
    <message>
        <source>Likely managed lots</source>
        <translation>管理されている可能性のある筆</translation>
    </message>
    <message>
        <source>Likely unmanaged (ha)</source>
        <translation>管理されていない可能性（ha）</translation>
    </message>
    <message>
        <source>Likely unmanaged above probability</source>
        <translation>管理されていない可能性とする確率（超）</translation>
    </message>
    <message>
        <source>Likely unmanaged above {above} %, likely managed below {below} % (from the costs in the settings).</source>
        <translation>管理されていない見込みが{above} %を超えると「未管理？」、{below} %を下回ると「管理あり」です（設定の費用から決まります）。</translation>
    </message>
    <message>
        <source>Likely unmanaged lots</source>
        <translation>管理されていない可能性のある筆</translation>
    </message>
    <message>
        <source>Likeness</source>
        <translation>似ている度合い</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>Limits such as the age of farmers are in the settings of the card. People decide, not the draft.</source>
        <translation>耕作者の年齢などの目安は、カードの設定で変えられます。決めるのは皆さんです。</translation>
    </message>
    <message>
        <source>Linear</source>
        <translation>直線</translation>
    </message>
    <message>
        <source>Lines drawn in the direction of flow, for rules that go downstream or upstream.</source>
        <translation>流れの向きに描いた線です。下流や上流へたどる規則で使います。</translation>
    </message>
    <message>
        <source>Lines from each lot to those it may burden</source>
        <translation>各筆から、影響する可能性のある先への線</translation>
    </message>
    <message>
        <source>Lines of the maps</source>
        <translation>図の線</translation>
    </message>
    <message>
        <source>Lines whose field kind holds the word used in the rules: fence, river, road.</source>
        <translation>kind に規則で使う語（fence、river、road）が入った線です。</translation>
    </message>
    <message>
        <source>Lines with edge_id. Source of the rules for the forest edge, and the way of those along it.</source>
        <translation>edge_id をもつ線です。林縁を発生源とする規則と、林縁をたどる規則で使います。</translation>
    </message>
    <message>
        <source>Links</source>
        <translation>つながり</translation>
    </message>
    <message>
        <source>Links unmanaged lots with the houses, fields and roads within reach of an editable table of rules. Gives the exposure of each receptor, the share of each lot in it, and the burden of each lot. Without a table of your own, published distances are used, and what is only assumed is marked so. The figures show what is associated with what; they do not prove a cause. Rules may follow shared borders, the forest edge, the way downhill or ditches, and may be stopped by barriers; each needs its layer below and is left out without it.</source>
        <translation>管理されていない土地と、影響の届く範囲にある家屋・農地・道路とを、編集できる規則の表でつなぎます。影響先ごとの受ける影響、そのうち各筆の割合、筆ごとの周りへの影響が分かります。自分の表がなければ公表された距離を使い、仮定にすぎないものにはその旨を記します。数値は関係があることを示すもので、原因であることの証明ではありません。規則は、接する境界、林縁、斜面の下り、水路をたどることができ、障害物で止まることもあります。それぞれ下の図が必要で、なければその規則は使いません。</translation>
    </message>
    <message>
        <source>List of farmers</source>
        <translation>耕作者の名簿</translation>
    </message>
    <message>
        <source>List of owners</source>
        <translation>所有者の一覧</translation>
    </message>
    <message>
        <source>Lists</source>
        <translation>一覧</translation>
    </message>
    <message>
        <source>Lists every overlap of a lot with an area of another map (field polygons, forest compartments, any parcels) with its share of the lot and its share of the other area. The two are never taken for the same thing. For each lot it says how much the other map leaves uncovered. Pins take the lot they lie in; outside all lots, the nearest one within the distance whose number agrees; else they stay without a lot, with the reason. Field polygons are drawn from images and are no legal boundaries.</source>
        <translation>筆と、ほかの区画図（筆ポリゴン、林小班など）との重なりをすべて挙げ、筆に占める割合と相手に占める割合を付けます。両者を同じものとはみなしません。筆ごとに、覆われない割合も示します。ピンは、中に入る筆に結び付けます。筆の外にあるときは、指定の距離の内で地番が一致する最も近い筆とし、なければ理由を付けて筆なしとします。筆ポリゴンは画像から描かれたもので、境界を示すものではありません。</translation>
    </message>
    <message>
        <source>Lists of owners</source>
        <translation>所有者の一覧を見る</translation>
    </message>
    <message>
        <source>Longest walk, way and looking together.</source>
        <translation>移動と確認を合わせた、1コースの最長時間です。</translation>
    </message>
    <message>
        <source>Look ahead</source>
        <translation>予測する</translation>
    </message>
    <message>
        <source>Look ahead 20 years</source>
        <translation>20年後を予測する</translation>
    </message>
    <message>
        <source>Looking after the fence. An assumption.</source>
        <translation>柵の見回りと手入れです。仮定です。</translation>
    </message>
    <message>
        <source>Looking… {done} / {total} {unit}</source>
        <translation>調べています… {done} / {total} {unit}</translation>
    </message>
    <message>
        <source>Looking… {percent} %</source>
        <translation>調べています… {percent} %</translation>
    </message>
    <message>
        <source>Looks ahead: the land in 20 years if nothing changes.</source>
        <translation>このまま続いた場合の20年後を見通します。</translation>
    </message>
    <message>
        <source>Looks for broken shapes, duplicates, overlaps, lots inside lots, gaps and open strips between lots, missing border points, borders that only nearly fit, spikes, parts and holes, narrow and very small lots, seams of map sheets, and lots whose area differs from the register by more than the tolerance of their accuracy class. One broken lot does not stop the check. Each finding has a place, a size and an explanation. It is a screening: it does not say which border is right. The layer must be in a plane coordinate system in metres.</source>
        <translation>形の異常、二重登録、重なり、筆の中の筆、筆の間のすき間（外へ開いたものも）、境界点の不足、わずかにずれた境界、とげ、飛び地や穴、細い筆・小さすぎる筆、図面の継ぎ目、精度区分の公差を超える登記面積との差を探します。壊れた筆が1つあっても検査は止まりません。指摘には場所・大きさ・説明が付きます。どちらの境界が正しいかまでは分かりません。データはメートル単位の平面座標系にしてください。</translation>
    </message>
    <message>
        <source>Looks for land that may not be looked after.</source>
        <translation>手入れされていないおそれのある土地を探します。</translation>
    </message>
    <message>
        <source>Lost</source>
        <translation>減った</translation>
    </message>
    <message>
        <source>Lot</source>
        <translation>筆</translation>
    </message>
    <message>
        <source>Lot key</source>
        <translation>筆のキー</translation>
    </message>
    <message>
        <source>Lot key in the register</source>
        <translation>登記の表の筆のキー</translation>
    </message>
    <message>
        <source>Lot keys separated by “;”. Empty: the best lots for the limits below; without limits all lots.</source>
        <translation>筆の識別子を「;」で区切ります。空なら下の限りの中で最もよい筆を、限りがなければすべての筆を手入れします。</translation>
    </message>
    <message>
        <source>Lot number</source>
        <translation>地番</translation>
    </message>
    <message>
        <source>Lot number in the register</source>
        <translation>登記の表の地番</translation>
    </message>
    <message>
        <source>Lot number of the pins</source>
        <translation>ピンの地番</translation>
    </message>
    <message>
        <source>Lot number to show</source>
        <translation>表示する地番</translation>
    </message>
    <message>
        <source>Lots</source>
        <translation>筆</translation>
    </message>
    <message>
        <source>Lots (checked)</source>
        <translation>筆（調べた結果）</translation>
    </message>
    <message>
        <source>Lots (repaired)</source>
        <translation>筆（修復後）</translation>
    </message>
    <message>
        <source>Lots (筆). Gives the thin lot lines inside blocks, and the city for the credit.</source>
        <translation>筆。区画の中の細い筆の線と、出典に載せる市町村名に使います。</translation>
    </message>
    <message>
        <source>Lots (筆). Gives the thin lot lines, and the city for the credit.</source>
        <translation>筆。筆の線と、出典に書く市町村名に使います。</translation>
    </message>
    <message>
        <source>Lots and boundaries</source>
        <translation>筆と境界</translation>
    </message>
    <message>
        <source>Lots and receptors in hazard zones</source>
        <translation>災害区域内の土地と影響先</translation>
    </message>
    <message>
        <source>Lots around the village</source>
        <translation>村の周りの土地</translation>
    </message>
    <message>
        <source>Lots around the village farther away than this are left out.</source>
        <translation>これより遠い周りの土地は含めません。</translation>
    </message>
    <message>
        <source>Lots checked</source>
        <translation>調べた筆の数</translation>
    </message>
    <message>
        <source>Lots compared</source>
        <translation>くらべた筆の数</translation>
    </message>
    <message>
        <source>Lots drawn</source>
        <translation>描いた筆の数</translation>
    </message>
    <message>
        <source>Lots for which no row was found, and why.</source>
        <translation>登記の行が見つからない筆と、その理由です。</translation>
    </message>
    <message>
        <source>Lots forecast</source>
        <translation>予測した筆の数</translation>
    </message>
    <message>
        <source>Lots in an arbitrary coordinate system, without a known place: {count}.</source>
        <translation>任意座標系のため位置の分からない筆: {count}。</translation>
    </message>
    <message>
        <source>Lots narrower than this are noted, unless they belong to a network of roads or ditches. 0 leaves this out.</source>
        <translation>これより細い筆をお知らせします。道や水路の網の一部は除きます。0 なら調べません。</translation>
    </message>
    <message>
        <source>Lots not covered at all</source>
        <translation>まったく覆われない筆</translation>
    </message>
    <message>
        <source>Lots of accuracy class {name}</source>
        <translation>精度区分 {name} の筆</translation>
    </message>
    <message>
        <source>Lots of maps in an arbitrary coordinate system, in their own local coordinates.</source>
        <translation>任意座標系の地図の筆です。地図ごとの座標のままです。</translation>
    </message>
    <message>
        <source>Lots of the village; results about other lots are not taken over.</source>
        <translation>地区の筆です。ほかの筆の結果は取り込みません。</translation>
    </message>
    <message>
        <source>Lots of these accuracy classes are never changed, not by a bit.</source>
        <translation>この精度区分の筆は1ビットも変えません。</translation>
    </message>
    <message>
        <source>Lots of these accuracy classes, and lots marked as trusted, keep every point.</source>
        <translation>選んだ精度区分の筆と、信頼の印がある筆は、点を1つも動かしません。</translation>
    </message>
    <message>
        <source>Lots of undetermined boundary</source>
        <translation>筆界未定の筆</translation>
    </message>
    <message>
        <source>Lots or table with the key and survey_state (or condition); for example a newer “Condition of land”.</source>
        <translation>筆の識別子と survey_state（または condition）のある図か表。たとえば新しい「土地の状態」。</translation>
    </message>
    <message>
        <source>Lots proposed as priority</source>
        <translation>優先とする案の筆数</translation>
    </message>
    <message>
        <source>Lots smaller than this are noted. 0 leaves this out.</source>
        <translation>これより小さい筆をお知らせします。0 なら調べません。</translation>
    </message>
    <message>
        <source>Lots that cannot be told</source>
        <translation>判断できない筆</translation>
    </message>
    <message>
        <source>Lots that consist of several parts become several rows with the same lot key.</source>
        <translation>複数の部分からなる筆を、同じ筆キーの複数の行に分けます。</translation>
    </message>
    <message>
        <source>Lots that depend on a weight</source>
        <translation>重みに左右される土地</translation>
    </message>
    <message>
        <source>Lots that depend on a weight (ha)</source>
        <translation>重みに左右される土地（ha）</translation>
    </message>
    <message>
        <source>Lots that depend on the strongest weight</source>
        <translation>最も強い重みに左右される土地</translation>
    </message>
    <message>
        <source>Lots that depend on weights</source>
        <translation>重みに左右される土地</translation>
    </message>
    <message>
        <source>Lots that may burden others</source>
        <translation>周りに影響する可能性のある筆</translation>
    </message>
    <message>
        <source>Lots that might fit</source>
        <translation>合うかもしれない筆</translation>
    </message>
    <message>
        <source>Lots to be checked</source>
        <translation>要確認の筆</translation>
    </message>
    <message>
        <source>Lots to treat</source>
        <translation>手入れする筆</translation>
    </message>
    <message>
        <source>Lots to visit</source>
        <translation>確認する筆</translation>
    </message>
    <message>
        <source>Lots treated</source>
        <translation>手入れする筆数</translation>
    </message>
    <message>
        <source>Lots under the other map</source>
        <translation>他の地図と重なる筆</translation>
    </message>
    <message>
        <source>Lots where survey and screening disagree</source>
        <translation>調査と判定が食い違う土地</translation>
    </message>
    <message>
        <source>Lots with a conflict with a law</source>
        <translation>法律と一致しない筆数</translation>
    </message>
    <message>
        <source>Lots with a register entry</source>
        <translation>登記と対応した筆</translation>
    </message>
    <message>
        <source>Lots with a survey result</source>
        <translation>調査結果のある土地</translation>
    </message>
    <message>
        <source>Lots with an undetermined boundary</source>
        <translation>筆界未定の筆</translation>
    </message>
    <message>
        <source>Lots with an undetermined boundary (筆界未定): {count}.</source>
        <translation>筆界未定の筆: {count}。</translation>
    </message>
    <message>
        <source>Lots with condition</source>
        <translation>状態のついた筆</translation>
    </message>
    <message>
        <source>Lots with evidence</source>
        <translation>根拠のある筆</translation>
    </message>
    <message>
        <source>Lots with lot_key and chiban, so that sentences name the lot number people know.</source>
        <translation>lot_key と chiban のある筆。説明に地番を使えます。</translation>
    </message>
    <message>
        <source>Lots with register columns</source>
        <translation>登記の列を付けた筆</translation>
    </message>
    <message>
        <source>Lots with shares</source>
        <translation>割合を付けた筆</translation>
    </message>
    <message>
        <source>Lots with the same answer throughout</source>
        <translation>どの変更でも答えが同じ土地</translation>
    </message>
    <message>
        <source>Lots with their condition</source>
        <translation>状態の入った土地</translation>
    </message>
    <message>
        <source>Lots with too few pixels in every image</source>
        <translation>どの画像でも画素が足りない筆</translation>
    </message>
    <message>
        <source>Lots with yes, true or 1 in this field are never changed, not by a bit.</source>
        <translation>この項目が「はい」「true」「1」の筆は1ビットも変えません。</translation>
    </message>
    <message>
        <source>Lots without a known place</source>
        <translation>場所の分からない筆</translation>
    </message>
    <message>
        <source>Lots without a row</source>
        <translation>行のない筆</translation>
    </message>
    <message>
        <source>Lots without a row {n}</source>
        <translation>行のない筆 {n}</translation>
    </message>
    <message>
        <source>Lots without an area</source>
        <translation>面積がない筆</translation>
    </message>
    <message>
        <source>Lots, all owners reached</source>
        <translation>全員に連絡がつく筆</translation>
    </message>
    <message>
        <source>Lots, owner unknown</source>
        <translation>所有者不明の筆</translation>
    </message>
    <message>
        <source>Lots: adapt</source>
        <translation>筆数: 用途の追加・アレンジ</translation>
    </message>
    <message>
        <source>Lots: convert</source>
        <translation>筆数: 用途の転換</translation>
    </message>
    <message>
        <source>Lots: maintain</source>
        <translation>筆数: 維持・回復</translation>
    </message>
    <message>
        <source>Lots: minimum</source>
        <translation>筆数: 必要最小限の管理</translation>
    </message>
    <message>
        <source>Lots: undecided</source>
        <translation>筆数: 未定・要協議</translation>
    </message>
    <message>
        <source>Lots: watch</source>
        <translation>筆数: 見守り</translation>
    </message>
    <message>
        <source>Made by</source>
        <translation>作成者</translation>
    </message>
    <message>
        <source>Make a draft first. Then you can paint on it.</source>
        <translation>先に案を作ってください。その上に塗れます。</translation>
    </message>
    <message>
        <source>Make a first proposal</source>
        <translation>はじめの案を作る</translation>
    </message>
    <message>
        <source>Make a new map</source>
        <translation>新しい図を作る</translation>
    </message>
    <message>
        <source>Make a plan first</source>
        <translation>先に計画を作る</translation>
    </message>
    <message>
        <source>Make area table</source>
        <translation>面積表を作る</translation>
    </message>
    <message>
        <source>Make draft</source>
        <translation>案を作る</translation>
    </message>
    <message>
        <source>Make least</source>
        <translation>少なくするもの</translation>
    </message>
    <message>
        <source>Make one lot of each part</source>
        <translation>離れた部分を別々の筆にする</translation>
    </message>
    <message>
        <source>Make plan tables</source>
        <translation>計画の集計表を作る</translation>
    </message>
    <message>
        <source>Make report</source>
        <translation>報告書を作る</translation>
    </message>
    <message>
        <source>Makes one page that tells the plan: areas, who does what, decisions with reasons, what is still open and why, conflicts with laws, data with dates, and what is not known. The page is one file without scripts or links; it opens and prints in any browser. It has no owner names, and notes are left out.</source>
        <translation>計画を1つのページにまとめます。面積、だれが何をするか、決まったこととその理由、まだ決まっていないこととその理由、法律の方向との不一致、データとその日付、分かっていないことを示します。ページは1つのファイルで、どのブラウザーでも開いて印刷できます。所有者の名前は入りません。メモは載せません。</translation>
    </message>
    <message>
        <source>Makes shapes whose border crosses or touches itself sound; a bow-tie becomes two parts of its lot.</source>
        <translation>境界が交差したり自分に触れたりする形を直します。ちょうネクタイ形は1筆の2つの部分になります。</translation>
    </message>
    <message>
        <source>Makes the map tidy. {note} Nothing changes before you have seen it.</source>
        <translation>図を整えます。{note}変化を見るまで何も変えません。</translation>
    </message>
    <message>
        <source>Managed</source>
        <translation>管理あり</translation>
    </message>
    <message>
        <source>Managed land of each hamlet in the coming years</source>
        <translation>これからの集落ごとの管理面積</translation>
    </message>
    <message>
        <source>Managed then if nothing became worse (ha)</source>
        <translation>今のまま変わらない場合の面積（ha）</translation>
    </message>
    <message>
        <source>Managed then, middle scenario (ha)</source>
        <translation>そのとき管理されている面積・中位（ha）</translation>
    </message>
    <message>
        <source>Managed today (ha)</source>
        <translation>今管理されている面積（ha）</translation>
    </message>
    <message>
        <source>Managed: today {now} ha, in {years} years {then} ha ({low} to {high}); unchanged {same} ha.</source>
        <translation>管理されている面積: 今 {now} ha、{years}年後 {then} ha（{low}〜{high}）、変わらない場合 {same} ha。</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>地図</translation>
    </message>
    <message>
        <source>Map as PDF</source>
        <translation>図（PDF）</translation>
    </message>
    <message>
        <source>Map as picture</source>
        <translation>図（画像）</translation>
    </message>
    <message>
        <source>Map of classes; the words for its numbers are given below.</source>
        <translation>区分の図です。番号の意味は下で指定します。</translation>
    </message>
    <message>
        <source>Map of the lots</source>
        <translation>筆の地図</translation>
    </message>
    <message>
        <source>Map sheet</source>
        <translation>図面</translation>
    </message>
    <message>
        <source>Map sheets</source>
        <translation>図郭</translation>
    </message>
    <message>
        <source>Map to lay over the lots</source>
        <translation>筆に重ねる地図</translation>
    </message>
    <message>
        <source>Maps read: {files}. Lots: {lots}, {area} ha on the map.</source>
        <translation>読み込んだ地図: {files}枚。筆: {lots}、図上面積{area} ha。</translation>
    </message>
    <message>
        <source>Marks every row as invented data; images that say so themselves are marked anyway.</source>
        <translation>すべての行を架空のデータとします。画像自身にその印があれば、指定しなくても印を付けます。</translation>
    </message>
    <message>
        <source>Match register with lots</source>
        <translation>登記の表と筆を照合</translation>
    </message>
    <message>
        <source>Match the kinds of land</source>
        <translation>地目の割合を合わせる</translation>
    </message>
    <message>
        <source>Matches</source>
        <translation>照合の結果</translation>
    </message>
    <message>
        <source>Material and building. An assumption.</source>
        <translation>材料と設置です。仮定です。</translation>
    </message>
    <message>
        <source>Measured in</source>
        <translation>座標のもと</translation>
    </message>
    <message>
        <source>Measures between the middles of shapes. The largest possible error is reported.</source>
        <translation>図形の中央どうしで測ります。ありうる最大の誤差を示します。</translation>
    </message>
    <message>
        <source>Measures size and shape of each lot, its distance to roads, forest edge and houses, its slope, its water source, and which part of its surveyed neighbours is unmanaged. Works without any image. Place alone never decides about a lot: it only adds to what is seen or recorded.</source>
        <translation>各筆の面積と形、道路・林縁・家屋までの距離、傾斜、水源、調査された隣接地のうち管理されていない割合を測ります。画像がなくても使えます。場所だけで土地の状態が決まることはなく、見えたことや記録に加えるだけです。</translation>
    </message>
    <message>
        <source>Meeting</source>
        <translation>決めた場</translation>
    </message>
    <message>
        <source>Meeting sheet</source>
        <translation>集まり用の1枚</translation>
    </message>
    <message>
        <source>Mend broken shapes</source>
        <translation>壊れた形を直す</translation>
    </message>
    <message>
        <source>Mends broken shapes, brings borders together, adds missing border points, settles overlaps and closes small gaps; on request it closes narrow open strips and cuts spikes. Trusted lots never change; what cannot be repaired without them is told, not forced. Tells for every lot and every owner the land won and lost. Repaired again, the map stays as it is. The result is a tidy map, not a legal boundary. The layer must be in a plane coordinate system in metres.</source>
        <translation>壊れた形を直し、境界を合わせ、足りない境界点を加え、重なりを解消し、小さなすき間を閉じます。指定すれば、外に開いた細いすき間も閉じ、とげも切ります。信頼する筆は決して動かさず、動かさないと直せないものは無理をせず知らせます。筆ごと・所有者ごとに増減した面積を示します。もう一度実行しても変わりません。結果は整った図であり、法的な境界ではありません。メートル単位の平面直角座標系のデータが必要です。</translation>
    </message>
    <message>
        <source>Metres a minute on foot</source>
        <translation>1分に歩く距離（m）</translation>
    </message>
    <message>
        <source>Middle</source>
        <translation>中位</translation>
    </message>
    <message>
        <source>Minutes at a lot</source>
        <translation>1筆の確認時間（分）</translation>
    </message>
    <message>
        <source>More give narrower intervals, up to about 10.</source>
        <translation>10くらいまでは、多いほど区間が狭くなります。</translation>
    </message>
    <message>
        <source>More layers below everything else, such as a photo or a relief, drawn as they are styled.</source>
        <translation>写真や陰影など、いちばん下に敷くレイヤ。設定された見た目のまま描きます。</translation>
    </message>
    <message>
        <source>Most depend on: {name} ({n}).</source>
        <translation>最も左右するのは、{name}（{n}筆）です。</translation>
    </message>
    <message>
        <source>Most lots to treat</source>
        <translation>手入れする筆数の上限</translation>
    </message>
    <message>
        <source>Most relief that can be reached within the limits</source>
        <translation>限りの中で軽くできる影響の上限</translation>
    </message>
    <message>
        <source>Most that one overlap may take from a lot (%)</source>
        <translation>1つの重なりで失ってよい筆の面積の割合（%）</translation>
    </message>
    <message>
        <source>Move them out</source>
        <translation>外に移す</translation>
    </message>
    <message>
        <source>Multiplies how fast land is lost; “Check a forecast” tells which number fits your own past.</source>
        <translation>土地が失われる速さに掛けます。地域の過去に合う数は「予測を確かめる」で分かります。</translation>
    </message>
    <message>
        <source>Municipality</source>
        <translation>市町村</translation>
    </message>
    <message>
        <source>Name in English</source>
        <translation>英語名</translation>
    </message>
    <message>
        <source>Name in Japanese</source>
        <translation>日本語名</translation>
    </message>
    <message>
        <source>Name of the harm in Japanese.</source>
        <translation>報告書と規則に書く、影響の日本語名です。</translation>
    </message>
    <message>
        <source>Name of the harm in the report and the rule.</source>
        <translation>報告書と規則に書く、影響の英語名です。</translation>
    </message>
    <message>
        <source>Name of the place, printed in titles. Empty: as it was.</source>
        <translation>場所の名前で、題名に印刷します。空欄なら前のままです。</translation>
    </message>
    <message>
        <source>Name of the round</source>
        <translation>調査の回の名前</translation>
    </message>
    <message>
        <source>Name of the village</source>
        <translation>地区の名前</translation>
    </message>
    <message>
        <source>Name of the village or district for the title.</source>
        <translation>題名に使う集落や地区の名前。</translation>
    </message>
    <message>
        <source>Name this village…</source>
        <translation>地区の名前を付ける…</translation>
    </message>
    <message>
        <source>Names and addresses by key. Keep it in the private folder; never pass it on.</source>
        <translation>番号ごとの氏名と住所。個人用のフォルダに置き、外に渡さないでください。</translation>
    </message>
    <message>
        <source>Names and addresses lie in the folder of the plan. Whoever gets the folder gets them too.</source>
        <translation>氏名と住所が計画のフォルダの中にあります。フォルダを渡すと一緒に渡ります。</translation>
    </message>
    <message>
        <source>Names and addresses: do not pass on. Lists are kept in the private folder.</source>
        <translation>氏名と住所です。外に出さないでください。一覧は個人情報のフォルダに保存します。</translation>
    </message>
    <message>
        <source>Names and numbers of persons go to a private file only, and {file} is none. Choose a name such as owners_private.gpkg, outside the folder of the plan.</source>
        <translation>氏名や人の番号は個人情報のファイルだけに保存できます。{file}はそうではありません。計画のフォルダの外に、owners_private.gpkg のような名前で保存してください。</translation>
    </message>
    <message>
        <source>Narrow strips between lots that are open to the outside. 0 leaves them, for a ditch or a path without number may run there: look first. They go to lots as gaps do, each lot getting what lies before it.</source>
        <translation>筆の間の、外へ開いた細いすき間です。番号のない水路や道かもしれないため、0 なら残します。先に確かめてください。土地の行き先はすき間と同じ決まりで、各筆が自分の前の部分を得ます。</translation>
    </message>
    <message>
        <source>Need a surveyor</source>
        <translation>調査士が必要</translation>
    </message>
    <message>
        <source>Need a surveyor: overlaps, seams and areas that differ by more than measuring explains.</source>
        <translation>調査士が必要：測量の誤差では説明できない重なり、図面の継ぎ目、面積の差です。</translation>
    </message>
    <message>
        <source>Neighbours' unmanaged land. With the field of the condition only its sources count, else every lot.</source>
        <translation>隣の地域の管理されていない土地です。状態の項目があれば該当する土地だけを、なければすべてを数えます。</translation>
    </message>
    <message>
        <source>Net</source>
        <translation>差し引き</translation>
    </message>
    <message>
        <source>New findings</source>
        <translation>新しい指摘</translation>
    </message>
    <message>
        <source>New keys are the same in all layers of the copy and differ from those of the office.</source>
        <translation>新しいキーは写しのすべてのデータで同じで、役場のキーとは別のものです。</translation>
    </message>
    <message>
        <source>New units</source>
        <translation>新しい区画</translation>
    </message>
    <message>
        <source>New village</source>
        <translation>新しい地区</translation>
    </message>
    <message>
        <source>New: {created}. Updated: {updated}. Decisions kept: {kept}. Unchanged: {unchanged}.</source>
        <translation>新規 {created}、更新 {updated}、決定を残したもの {kept}、変わらないもの {unchanged}。</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>次にすること</translation>
    </message>
    <message>
        <source>Next lawful step</source>
        <translation>次の手続</translation>
    </message>
    <message>
        <source>Next lot →</source>
        <translation>次の筆 →</translation>
    </message>
    <message>
        <source>Next one</source>
        <translation>次へ</translation>
    </message>
    <message>
        <source>No</source>
        <translation>いいえ</translation>
    </message>
    <message>
        <source>No credit is printed, since neither the plan nor the lots name one.</source>
        <translation>計画にも筆にも出典がないため、出典を載せていません。</translation>
    </message>
    <message>
        <source>No data yet</source>
        <translation>データがありません</translation>
    </message>
    <message>
        <source>No day is known, so years (since registration, to the end of a lease) are left out.</source>
        <translation>基準日が分からないため、年数（登記から、権利の終期まで）は出しません。</translation>
    </message>
    <message>
        <source>No house within (m)</source>
        <translation>家屋がない範囲（m）</translation>
    </message>
    <message>
        <source>No lot has the number {number}.</source>
        <translation>地番 {number} の土地はありません。</translation>
    </message>
    <message>
        <source>No lot is known to be forest. Give the land register, which tells the 地目.</source>
        <translation>地目が山林と分かる筆がありません。地目のある登記簿の表を指定してください。</translation>
    </message>
    <message>
        <source>No lot, house or field has the number {number}.</source>
        <translation>番号{number}の筆・家屋・農地はありません。</translation>
    </message>
    <message>
        <source>No lots</source>
        <translation>該当する筆はありません</translation>
    </message>
    <message>
        <source>No private table is given: names can only be found in columns called so. Give the list of owners.</source>
        <translation>個人情報の表がないため、氏名は項目名でしか見つけられません。所有者の一覧を選んでください。</translation>
    </message>
    <message>
        <source>No result waits: nothing was visited, or all is taken over already.</source>
        <translation>点検待ちの結果はありません。未調査か、すべて取り込み済みです。</translation>
    </message>
    <message>
        <source>No rule is switched on for: {kinds}. Set it under Rules with the village.</source>
        <translation>使う規則がない影響先: {kinds}。地区で話し合い「規則」で決めてください。</translation>
    </message>
    <message>
        <source>No rule is switched on for: {kinds}. Their exposure of 0 means not asked, not unharmed.</source>
        <translation>使う規則がない影響先: {kinds}。値の0は「影響なし」ではなく「調べていない」という意味です。</translation>
    </message>
    <message>
        <source>No unmanaged lot has the number {number}.</source>
        <translation>地番{number}の管理されていない土地はありません。</translation>
    </message>
    <message>
        <source>No visit would help now.</source>
        <translation>いま役立つ現地確認はありません。</translation>
    </message>
    <message>
        <source>No visit would help: all lots are known, or none can be reached in the time.</source>
        <translation>役立つ確認がありません。すべて分かっているか、時間内に行ける筆がありません。</translation>
    </message>
    <message>
        <source>Nobody: leave gaps as they are</source>
        <translation>閉じずに残す</translation>
    </message>
    <message>
        <source>Not started</source>
        <translation>まだです</translation>
    </message>
    <message>
        <source>Not the same</source>
        <translation>別の人</translation>
    </message>
    <message>
        <source>Not visited</source>
        <translation>未調査</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>メモ</translation>
    </message>
    <message>
        <source>Note (not printed)</source>
        <translation>メモ（印刷しません）</translation>
    </message>
    <message>
        <source>Note {n}</source>
        <translation>お知らせ {n}</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>お知らせ</translation>
    </message>
    <message>
        <source>Nothing changes. {left} findings stay.</source>
        <translation>変わるものはありません。{left}件の指摘が残ります。</translation>
    </message>
    <message>
        <source>Nothing fits. Change the search or the filters.</source>
        <translation>当てはまる指摘はありません。検索や絞り込みを変えてください。</translation>
    </message>
    <message>
        <source>Nothing here.</source>
        <translation>ありません。</translation>
    </message>
    <message>
        <source>Nothing is added yet.</source>
        <translation>まだ追加していません。</translation>
    </message>
    <message>
        <source>Nothing is in this list.</source>
        <translation>この一覧には何もありません。</translation>
    </message>
    <message>
        <source>Nothing is replaced: accepted results are added beside the earlier ones, with who and when.</source>
        <translation>何も置き換えません。採用した結果を、だれがいつ決めたかとともに、これまでの結果に加えます。</translation>
    </message>
    <message>
        <source>Nothing left to review.</source>
        <translation>確認するものはありません。</translation>
    </message>
    <message>
        <source>Nothing tells. Please choose.</source>
        <translation>手がかりがありません。選んでください。</translation>
    </message>
    <message>
        <source>Nothing up to</source>
        <translation>ここまでは0</translation>
    </message>
    <message>
        <source>Number = word, separated by semicolons. Words: crop, grass, forest, rough, bare, built, road, water, other. The default is the national land use mesh.</source>
        <translation>「番号=語」をセミコロンで区切ります。語: crop 耕地、grass 草地、forest 森林、rough 荒地、bare 裸地、built 建物、road 道路、water 水面、other その他。初期値は国土数値情報の土地利用メッシュです。</translation>
    </message>
    <message>
        <source>Number of a lot</source>
        <translation>土地の地番</translation>
    </message>
    <message>
        <source>Number of a lot or house</source>
        <translation>筆や家屋の番号</translation>
    </message>
    <message>
        <source>Number of a lot to treat</source>
        <translation>手入れする筆の地番</translation>
    </message>
    <message>
        <source>Number of lots</source>
        <translation>筆の数</translation>
    </message>
    <message>
        <source>Number of records of each hamlet.</source>
        <translation>集落ごとの記録の件数です。</translation>
    </message>
    <message>
        <source>Number of units</source>
        <translation>区画の数</translation>
    </message>
    <message>
        <source>Number of walks</source>
        <translation>コースの数</translation>
    </message>
    <message>
        <source>Number under which the plan is filed.</source>
        <translation>計画を整理する番号。</translation>
    </message>
    <message>
        <source>Numbers of this kind are assumptions.</source>
        <translation>このような数値は仮定です。</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>決める</translation>
    </message>
    <message>
        <source>Odds or rate ratios of exposure and controls with 95 % intervals.</source>
        <translation>影響と調整項目のオッズ比または率比と、95％区間です。</translation>
    </message>
    <message>
        <source>Of these unmanaged</source>
        <translation>うち管理されていない土地</translation>
    </message>
    <message>
        <source>Off: a draft never replaces a decision. On: the choices replace everything they name.</source>
        <translation>オフ: たたき台は決定を置き換えません。オン: 書かれている区画をすべて置き換えます。</translation>
    </message>
    <message>
        <source>Official area (ha)</source>
        <translation>公的な面積（ha）</translation>
    </message>
    <message>
        <source>Official area of the village; the difference to the plan is printed, never hidden.</source>
        <translation>地区の公的な面積。計画の面積との差を隠さず載せます。</translation>
    </message>
    <message>
        <source>Official areas by hamlet</source>
        <translation>集落ごとの公的な面積</translation>
    </message>
    <message>
        <source>On the map</source>
        <translation>地図の範囲</translation>
    </message>
    <message>
        <source>On {n} of them the screening says otherwise.</source>
        <translation>そのうち{n}筆は、調査と判定が食い違います。</translation>
    </message>
    <message>
        <source>One area per block: how many of its owners hold it up.</source>
        <translation>まとまりごとに1つの面: 何人の所有者で止まっているか。</translation>
    </message>
    <message>
        <source>One chart for each hamlet</source>
        <translation>集落ごとのグラフ</translation>
    </message>
    <message>
        <source>One chart per hamlet on one picture.</source>
        <translation>集落ごとのグラフを1枚の絵にします。</translation>
    </message>
    <message>
        <source>One file (.shp, .gpkg, .geojson, .fgb, .kml, .parquet), or a .zip that holds one.</source>
        <translation>ファイル一つ（.shp、.gpkg、.geojson、.fgb、.kml、.parquet）、またはそれの入った.zip。</translation>
    </message>
    <message>
        <source>One file (.shp, .gpkg, .geojson, .fgb, .parquet, .csv with WKT), or a .zip that holds one.</source>
        <translation>ファイル一つ（.shp、.gpkg、.geojson、.fgb、.parquet、WKT列のある.csv）、またはそれの入った.zip。</translation>
    </message>
    <message>
        <source>One image per summer; the year is read from its name. Compared within the same land category.</source>
        <translation>夏ごとに1枚です。年は名前から読み取ります。同じ地目の中で比べます。</translation>
    </message>
    <message>
        <source>One layer for each sheet without a known place</source>
        <translation>位置の分からない図郭ごとのレイヤ</translation>
    </message>
    <message>
        <source>One layer with pick lists and a photo field. An existing file is never overwritten.</source>
        <translation>選択肢と写真の項目を持つ1つのレイヤです。すでにあるファイルには上書きしません。</translation>
    </message>
    <message>
        <source>One line per check: its id, then accept or reject (or JSON as the dock writes it).</source>
        <translation>1行に1件、識別子のあとに accept（採用）か reject（不採用）を書きます（パネルが書くJSONも使えます）。</translation>
    </message>
    <message>
        <source>One line per walk with hours and gain.</source>
        <translation>コースごとに1本の線で、時間と効果を持ちます。</translation>
    </message>
    <message>
        <source>One of the years of the forecast.</source>
        <translation>予測にある年数のどれか。</translation>
    </message>
    <message>
        <source>One or more downloaded files (.geojson, .csv). A pin that stands in several files is kept once.</source>
        <translation>ダウンロードしたファイル（.geojson、.csv）を一つ以上。複数のファイルに同じピンがあれば一つだけ残します。</translation>
    </message>
    <message>
        <source>One or more files (.geojson, .fgb, .parquet, .shp, .gpkg), or a .zip that holds them.</source>
        <translation>ファイル（.geojson、.fgb、.parquet、.shp、.gpkg）を一つ以上、またはそれらの入った.zip。</translation>
    </message>
    <message>
        <source>One or more files (.shp, .geojson, .csv), or a .zip that holds them.</source>
        <translation>ファイル（.shp、.geojson、.csv）を一つ以上、またはそれらの入った.zip。</translation>
    </message>
    <message>
        <source>One or more files (.shp, .geojson, .gpkg, .fgb), or the .zip as it was downloaded.</source>
        <translation>ファイル（.shp、.geojson、.gpkg、.fgb）を一つ以上、またはダウンロードした.zipのまま。</translation>
    </message>
    <message>
        <source>One or more files: tables (.csv, .tsv, .txt, .xlsx, .xls, .ods), each with a heading line, or maps (.gpkg, .shp, .geojson …).</source>
        <translation>1つ以上のファイル。見出し行のある表（.csv、.tsv、.txt、.xlsx、.xls、.ods）か、地図（.gpkg、.shp、.geojsonなど）。</translation>
    </message>
    <message>
        <source>One or more tables of the same kind (.csv, .tsv, .txt, .xlsx, .dbf, .ods, or a .zip).</source>
        <translation>同じ種類の表を一つ以上（.csv、.tsv、.txt、.xlsx、.dbf、.ods、または.zip）。</translation>
    </message>
    <message>
        <source>One page (A3) for the first workshop: our village in 20 years</source>
        <translation>最初のワークショップ用の1枚（A3）「20年後のわたしたちの地区」</translation>
    </message>
    <message>
        <source>One piece per overlap, with both shares.</source>
        <translation>重なりごとに1つの面です。両方に占める割合が付きます。</translation>
    </message>
    <message>
        <source>One point per entry of the register, without anything about persons.</source>
        <translation>台帳の1件につき1点。個人に関わるものは入りません。</translation>
    </message>
    <message>
        <source>One point per finding, with kind, severity, lots, size and explanation.</source>
        <translation>指摘ごとに1つの点です。種類、重要度、筆、大きさ、説明が付きます。</translation>
    </message>
    <message>
        <source>One point per pair of lot and register entry: certain, likely, accepted or rejected, with the reason.</source>
        <translation>筆と登記の行の組ごとに1点です。確実・要確認・採用・不採用の別と理由が付きます。</translation>
    </message>
    <message>
        <source>One point per record with a place. An event that stands in several rows or files is kept once.</source>
        <translation>位置のある記録ごとに1点です。複数の行やファイルにある同じ記録は1件にします。</translation>
    </message>
    <message>
        <source>One row for all hamlets together.</source>
        <translation>全集落の合計の1行。</translation>
    </message>
    <message>
        <source>One row per changed lot: land won and lost, tolerance, largest shift of the border.</source>
        <translation>変わった筆ごとに1行で、増減した面積、公差、境界の最大の移動を示します。</translation>
    </message>
    <message>
        <source>One row per facility, scenario and year: people of the municipality against the published numbers.</source>
        <translation>施設・場合・年数ごとに1行。市町村の人口と、公表されている人口の目安。</translation>
    </message>
    <message>
        <source>One row per finding and lot: shares, succession, old registration, owners not in the list.</source>
        <translation>注意点と筆ごとに1行: 持分、相続、古い登記、一覧にない所有者。</translation>
    </message>
    <message>
        <source>One row per hamlet (and the village), scenario and year: managed area, hours, people, with intervals.</source>
        <translation>集落（と全体）・場合・年数ごとに1行。管理面積、作業時間、人口と、それぞれの幅。</translation>
    </message>
    <message>
        <source>One row per lot (筆). A lot whose outline is broken stays in without a shape.</source>
        <translation>1筆が1行です。線がつながらない筆は、形のない行として残します。</translation>
    </message>
    <message>
        <source>One row per lot and indicator with value, source, date and confidence; for “Find unmanaged land”.</source>
        <translation>筆と指標ごとに1行で、値・出典・日付・確かさを持ちます。「管理されていない土地を探す」に渡せます。</translation>
    </message>
    <message>
        <source>One row per lot and indicator with value, weight, source and date.</source>
        <translation>筆と指標ごとに1行で、値・重み・出典・日付があります。</translation>
    </message>
    <message>
        <source>One row per lot with lot_key, number, place, areas in m², and the other columns of the map.</source>
        <translation>1筆につき1行。筆キー、地番、所在、面積（m²）と、元の図のほかの列が入ります。</translation>
    </message>
    <message>
        <source>One row per lot, receptor and kind of harm, with distance and share.</source>
        <translation>筆・影響先・影響の種類ごとに1行で、距離と割合があります。</translation>
    </message>
    <message>
        <source>One row per map: surveyed, read off a drawing, or without a known place, and what to do next.</source>
        <translation>図ごとに1行。測量成果か、図面からの読み取りか、位置が分からないか、次にすることを示します。</translation>
    </message>
    <message>
        <source>One row per owner and lot: state, since when, evidence, effort, next step, law, office, form.</source>
        <translation>所有者と筆ごとに1行: 状態、いつから、根拠、手間、次の手続、法律、窓口、様式。</translation>
    </message>
    <message>
        <source>One row per owner key: land won and lost by the owner's shares. Needs the register table.</source>
        <translation>所有者キーごとに1行で、持分に応じた面積の増減を示します。登記の表が必要です。</translation>
    </message>
    <message>
        <source>One row per owner key: person key, kind of owner, number of entries and lots, what to look at.</source>
        <translation>所有者キーごとに1行: 同一人キー、所有者の種類、記載数、筆数、注意点。</translation>
    </message>
    <message>
        <source>One row per pair: score, verdict, reason, decision. Those to be decided come first.</source>
        <translation>組ごとに1行: 点、判定、理由、判断。判断が必要な組が先に並びます。</translation>
    </message>
    <message>
        <source>One row per polygon with its area where the coordinates are in metres.</source>
        <translation>1ポリゴンにつき1行。座標がメートルなら面積も入ります。</translation>
    </message>
    <message>
        <source>One row per scenario and hamlet.</source>
        <translation>試算と集落ごとに1行です。</translation>
    </message>
    <message>
        <source>One row per square with pop_2025, pop_65_2025 and so on; squares are drawn from their code if need be.</source>
        <translation>1メッシュにつき1行（pop_2025、pop_65_2025など）。図形がなければコードから作ります。</translation>
    </message>
    <message>
        <source>One row per weight or cost with the lots and hectares that get another answer.</source>
        <translation>重みや費用ごとに、答えが変わる筆数と面積を示します。</translation>
    </message>
    <message>
        <source>One step that can be undone; it is kept when you save the edits</source>
        <translation>1回の操作で、元に戻せます。編集を保存すると残ります</translation>
    </message>
    <message>
        <source>Only for columns x and y, shapes in metres, or a map that does not say it. Longitude and latitude are read as JGD2011.</source>
        <translation>x・yの列、メートルの図形、座標系の書かれていない地図のときだけ。経度・緯度はJGD2011として読みます。</translation>
    </message>
    <message>
        <source>Only lots of this kind are sources, as in the rules.</source>
        <translation>規則と同じく、この種類の土地だけを影響元とします。</translation>
    </message>
    <message>
        <source>Only surveyed lots</source>
        <translation>調査した筆だけ</translation>
    </message>
    <message>
        <source>Only these crops</source>
        <translation>対象の作物</translation>
    </message>
    <message>
        <source>Only these lots</source>
        <translation>この筆だけ</translation>
    </message>
    <message>
        <source>Only to look at</source>
        <translation>見るだけの写真</translation>
    </message>
    <message>
        <source>Only what the map shows now</source>
        <translation>今の地図に見えているものだけ</translation>
    </message>
    <message>
        <source>Only where the file does not say it. A file that says one keeps its own.</source>
        <translation>ファイルに書かれていないときだけ使います。書かれていればそちらが優先です。</translation>
    </message>
    <message>
        <source>Only where the headings are not understood: meaning=column, separated by “;”, for example day=発生日時; hamlet=地区; “-” for none. Meanings: wkt, longitude, latitude, x, y, day, hamlet, municipality, event, what, species, crop, severity, animals.</source>
        <translation>見出しが理解されないときだけ、「意味=列名」を「;」で区切って書きます（例: day=発生日時; hamlet=地区。列がないときは「-」）。意味: wkt（図形）、longitude（経度）、latitude（緯度）、x、y、day（日付）、hamlet（集落）、municipality（市町村）、event（番号）、what（種別）、species（獣種）、crop（作物）、severity（程度）、animals（頭数）。</translation>
    </message>
    <message>
        <source>Only where they are not understood: meaning=column, separated by “;”. For example {example}.</source>
        <translation>読み取れないときだけ: 「意味=列名」を「;」で区切って書きます。例: {example}。</translation>
    </message>
    <message>
        <source>Open Land Stewardship</source>
        <translation>土地の使い方を開く</translation>
    </message>
    <message>
        <source>Open another project…</source>
        <translation>ほかのプロジェクトを開く…</translation>
    </message>
    <message>
        <source>Open land</source>
        <translation>原野など</translation>
    </message>
    <message>
        <source>Open sample village</source>
        <translation>見本の地区を開く</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>フォルダーを開く</translation>
    </message>
    <message>
        <source>Open the report</source>
        <translation>報告書を開く</translation>
    </message>
    <message>
        <source>Open the sheet</source>
        <translation>用紙を開く</translation>
    </message>
    <message>
        <source>Open “OSGeo4W Shell” from the start menu, run: python -m pip install {names} and restart QGIS.</source>
        <translation>スタートメニューから「OSGeo4W Shell」を開き、python -m pip install {names} を実行して、QGIS を再起動してください。</translation>
    </message>
    <message>
        <source>Or a layer</source>
        <translation>またはレイヤ</translation>
    </message>
    <message>
        <source>Other entry</source>
        <translation>もう一方の記載</translation>
    </message>
    <message>
        <source>Other file</source>
        <translation>別のファイル</translation>
    </message>
    <message>
        <source>Other lots are not visited. Forest needs a forester's eye.</source>
        <translation>ほかの筆は回りません。山林の確認には林業の目が必要です。</translation>
    </message>
    <message>
        <source>Other map</source>
        <translation>重ねる図</translation>
    </message>
    <message>
        <source>Other map with shares</source>
        <translation>割合を付けた相手の図</translation>
    </message>
    <message>
        <source>Other receptors</source>
        <translation>そのほかの影響先</translation>
    </message>
    <message>
        <source>Otherwise the walks start among the houses.</source>
        <translation>選ばなければ、家屋の中ほどから出発します。</translation>
    </message>
    <message>
        <source>Out of date</source>
        <translation>古い結果です</translation>
    </message>
    <message>
        <source>Outlook of facilities</source>
        <translation>施設の見通し</translation>
    </message>
    <message>
        <source>Overlaps</source>
        <translation>重なり</translation>
    </message>
    <message>
        <source>Overlaps below this area are marked as small (assumption).</source>
        <translation>これより小さい面積の重なりに「小さい」の印を付けます（仮定）。</translation>
    </message>
    <message>
        <source>Overlaps below this share of both sides are marked as small: most come from drawing (assumption).</source>
        <translation>どちらに占める割合もこれより小さい重なりに「小さい」の印を付けます。多くは描き方の差です（仮定）。</translation>
    </message>
    <message>
        <source>Overlay harm to surroundings</source>
        <translation>周りへの影響を調べる</translation>
    </message>
    <message>
        <source>Owner</source>
        <translation>土地所有者</translation>
    </message>
    <message>
        <source>Owner (by key)</source>
        <translation>所有者（キー）</translation>
    </message>
    <message>
        <source>Owner key in the register</source>
        <translation>登記の表の所有者キー</translation>
    </message>
    <message>
        <source>Owner names never leave this computer.</source>
        <translation>所有者の名前は、このパソコンの外に出ません。</translation>
    </message>
    <message>
        <source>Owners</source>
        <translation>土地所有者</translation>
    </message>
    <message>
        <source>Owners (personal data)</source>
        <translation>所有者（個人情報）</translation>
    </message>
    <message>
        <source>Owners by person</source>
        <translation>同一人にまとめた所有者</translation>
    </message>
    <message>
        <source>Owners not reached</source>
        <translation>連絡がつかない所有者</translation>
    </message>
    <message>
        <source>Owners or farmers of an earlier import, so that they keep their keys.</source>
        <translation>前に取り込んだ所有者または耕作者。同じ番号を使い続けるために使います。</translation>
    </message>
    <message>
        <source>Owners to contact, with the next lawful step; entries that may be one owner</source>
        <translation>連絡する所有者と次の手続、同じ所有者かもしれない記載</translation>
    </message>
    <message>
        <source>Owners' agreement</source>
        <translation>所有者の同意</translation>
    </message>
    <message>
        <source>Owners, land category, area</source>
        <translation>所有者や地目、地積の一覧</translation>
    </message>
    <message>
        <source>Owners: what to look at</source>
        <translation>所有者の注意点</translation>
    </message>
    <message>
        <source>Ownership by hamlet</source>
        <translation>集落ごとの所有</translation>
    </message>
    <message>
        <source>Ownership in the whole village</source>
        <translation>地区全体の所有</translation>
    </message>
    <message>
        <source>Ownership pattern by hamlet</source>
        <translation>集落ごとの所有の状況</translation>
    </message>
    <message>
        <source>P Priority: flag land to be kept first</source>
        <translation>P 優先: 優先的に維持したい土地に旗を立てる</translation>
    </message>
    <message>
        <source>PDF (*.pdf)</source>
        <translation>PDF (*.pdf)</translation>
    </message>
    <message>
        <source>PNG (*.png)</source>
        <translation>PNG (*.png)</translation>
    </message>
    <message>
        <source>PNG made by “Print plan map”. It is put into the page.</source>
        <translation>「管理構想図を印刷」で作った PNG です。ページに入れます。</translation>
    </message>
    <message>
        <source>Pace, from</source>
        <translation>速さ（下限）</translation>
    </message>
    <message>
        <source>Pace, to</source>
        <translation>速さ（上限）</translation>
    </message>
    <message>
        <source>Page as PDF</source>
        <translation>PDF</translation>
    </message>
    <message>
        <source>Page as picture</source>
        <translation>画像</translation>
    </message>
    <message>
        <source>Paint on the map</source>
        <translation>地図に塗る</translation>
    </message>
    <message>
        <source>Paint {n} lots</source>
        <translation>{n} 筆を塗る</translation>
    </message>
    <message>
        <source>Pairs kept apart</source>
        <translation>分けたままの組</translation>
    </message>
    <message>
        <source>Pairs of entries</source>
        <translation>記載の組</translation>
    </message>
    <message>
        <source>Pairs to decide</source>
        <translation>判断が必要な組</translation>
    </message>
    <message>
        <source>Pairs with at least this score (0–1) are joined without asking. An assumption.</source>
        <translation>この点（0〜1）以上の組は、確認なしでまとめます。仮定です。</translation>
    </message>
    <message>
        <source>Pairs with at least this score (0–1) are listed for review. An assumption.</source>
        <translation>この点（0〜1）以上の組を、確認用に並べます。仮定です。</translation>
    </message>
    <message>
        <source>Paper</source>
        <translation>用紙</translation>
    </message>
    <message>
        <source>Part of that which moves on</source>
        <translation>そのうちほかへ移る割合</translation>
    </message>
    <message>
        <source>Part of visits that see the truth</source>
        <translation>確認が正しい割合</translation>
    </message>
    <message>
        <source>Part that a fence keeps off</source>
        <translation>柵で防げる割合</translation>
    </message>
    <message>
        <source>Parts left out</source>
        <translation>除いた区画の数</translation>
    </message>
    <message>
        <source>Parts of the area</source>
        <translation>区画の数</translation>
    </message>
    <message>
        <source>Parts of the village</source>
        <translation>区画の数</translation>
    </message>
    <message>
        <source>People of the municipality</source>
        <translation>市町村の人口</translation>
    </message>
    <message>
        <source>Per lot and year: peak, lowest, cuts, green-up.</source>
        <translation>筆と年ごとの最大、最小、刈取り、緑になる時期です。</translation>
    </message>
    <message>
        <source>Permutations</source>
        <translation>並べ替えの回数</translation>
    </message>
    <message>
        <source>Persons (private)</source>
        <translation>人（個人情報）</translation>
    </message>
    <message>
        <source>Persons and bodies</source>
        <translation>人と団体</translation>
    </message>
    <message>
        <source>Persons known already (private)</source>
        <translation>すでに登録した人（個人情報）</translation>
    </message>
    <message>
        <source>Photos from above</source>
        <translation>写真・衛星画像</translation>
    </message>
    <message>
        <source>Pick one. We find out how to read it.</source>
        <translation>種類を選ぶと、読み方はこちらで見つけます。</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>画像</translation>
    </message>
    <message>
        <source>Picture of the plan map</source>
        <translation>管理構想図の画像</translation>
    </message>
    <message>
        <source>Picture resolution (dpi)</source>
        <translation>画像の細かさ（dpi）</translation>
    </message>
    <message>
        <source>Pins</source>
        <translation>ピン</translation>
    </message>
    <message>
        <source>Pins in a lot with another number</source>
        <translation>地番が違う筆の中にあるピン</translation>
    </message>
    <message>
        <source>Pins or areas as downloaded, or a table with lot_key; pins are placed by the lot they lie in.</source>
        <translation>ダウンロードしたピンや区域、または lot_key のある表です。ピンは含まれる筆に割り当てます。</translation>
    </message>
    <message>
        <source>Pins with a lot</source>
        <translation>筆のあるピン</translation>
    </message>
    <message>
        <source>Pins with lots</source>
        <translation>筆を付けたピン</translation>
    </message>
    <message>
        <source>Pins without a lot</source>
        <translation>筆のないピン</translation>
    </message>
    <message>
        <source>Pins without a lot: no lot nearby has the number</source>
        <translation>筆のないピン：近くに同じ地番の筆がない</translation>
    </message>
    <message>
        <source>Pins without a lot: no number that can be read</source>
        <translation>筆のないピン：読める地番がない</translation>
    </message>
    <message>
        <source>Pins without a lot: no place</source>
        <translation>筆のないピン：位置がない</translation>
    </message>
    <message>
        <source>Pins without a lot: none within reach</source>
        <translation>筆のないピン：近くに筆がない</translation>
    </message>
    <message>
        <source>Pins without a lot: on a border</source>
        <translation>筆のないピン：境界の上</translation>
    </message>
    <message>
        <source>Pixels on the edge</source>
        <translation>縁の画素</translation>
    </message>
    <message>
        <source>Places are grouped into so many blocks; the model is tested on each block by the others.</source>
        <translation>場所をこの数の区画に分けます。ある区画を除いてあてはめ、除いた区画で確かめます。</translation>
    </message>
    <message>
        <source>Places compared</source>
        <translation>比べた場所</translation>
    </message>
    <message>
        <source>Places of boar, pests, landslides</source>
        <translation>イノシシ、虫、土砂などの場所</translation>
    </message>
    <message>
        <source>Places without a record are drawn here. Records elsewhere are left out and counted.</source>
        <translation>記録のない所（背景点）をここに置きます。ほかの場所の記録は除き、その数を示します。</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>計画</translation>
    </message>
    <message>
        <source>Plan file</source>
        <translation>計画ファイル</translation>
    </message>
    <message>
        <source>Plan number</source>
        <translation>計画番号</translation>
    </message>
    <message>
        <source>Plan summary</source>
        <translation>計画のまとめ</translation>
    </message>
    <message>
        <source>Plan the next visits</source>
        <translation>次の現地確認を計画する</translation>
    </message>
    <message>
        <source>Plan the walks</source>
        <translation>コースを作る</translation>
    </message>
    <message>
        <source>Please confirm what the columns mean.</source>
        <translation>列の意味を確かめてください。</translation>
    </message>
    <message>
        <source>Plots</source>
        <translation>宅地など</translation>
    </message>
    <message>
        <source>Point at a lot on the map to read the draft's reason. Click to choose it.</source>
        <translation>地図の筆を指すと、たたき台の理由が出ます。クリックで選びます。</translation>
    </message>
    <message>
        <source>Points of an outline that are thinner than this are reported. 0 leaves this out.</source>
        <translation>境界がこれより細く突き出た所を報告します。0 なら調べません。</translation>
    </message>
    <message>
        <source>Points of the maps</source>
        <translation>図の点</translation>
    </message>
    <message>
        <source>Points taken for one</source>
        <translation>1つとみなした点</translation>
    </message>
    <message>
        <source>Points that each mean a lot, for example pins of the farmland register (eMAFF農地ナビ).</source>
        <translation>1点が1筆を表す点です（eMAFF農地ナビのピンなど）。</translation>
    </message>
    <message>
        <source>Points to</source>
        <translation>どちらへ</translation>
    </message>
    <message>
        <source>Population mesh</source>
        <translation>将来推計人口のメッシュ</translation>
    </message>
    <message>
        <source>Population squares</source>
        <translation>人口メッシュ</translation>
    </message>
    <message>
        <source>Possible futures</source>
        <translation>試す将来の数</translation>
    </message>
    <message>
        <source>Predicted probability and found share in ten bins.</source>
        <translation>予測した確率と実際の割合を10段階で示します。</translation>
    </message>
    <message>
        <source>Print and export</source>
        <translation>印刷と書き出し</translation>
    </message>
    <message>
        <source>Print list</source>
        <translation>一覧を印刷</translation>
    </message>
    <message>
        <source>Print map of harm</source>
        <translation>周りへの影響の地図を印刷</translation>
    </message>
    <message>
        <source>Print our village in 20 years</source>
        <translation>20年後のわたしたちの地区を印刷する</translation>
    </message>
    <message>
        <source>Print ownership sheet</source>
        <translation>所有の状況の1枚を印刷</translation>
    </message>
    <message>
        <source>Print plan map</source>
        <translation>管理構想図を印刷</translation>
    </message>
    <message>
        <source>Print the page</source>
        <translation>1枚に印刷</translation>
    </message>
    <message>
        <source>Print the plan and share it</source>
        <translation>計画を印刷して配る</translation>
    </message>
    <message>
        <source>Printed on the map and the report. Empty: as it was.</source>
        <translation>管理構想図と報告書に印刷します。空欄なら前のままです。</translation>
    </message>
    <message>
        <source>Prints one page (A3) for the first workshop: each lot in 20 years if nothing changes, the figures of the village with their range, a chart per hamlet, the outlook of services. Hamlets in which a single farmer could be recognised are left out. It shows possible futures, no plan and no prediction about a person.</source>
        <translation>最初のワークショップのために1枚（A3）を印刷します。このまま変わらない場合の20年後の各筆、地区の数字とその幅、集落ごとのグラフ、施設の見通しをのせます。耕作者が一人に特定できてしまう集落は示しません。ありうる将来を示すもので、計画でも、特定の人の予測でもありません。</translation>
    </message>
    <message>
        <source>Prints one page (A3) of harm to surroundings</source>
        <translation>周りへの影響を1枚（A3）に印刷します</translation>
    </message>
    <message>
        <source>Prints one page (A3) on ownership by hamlet, without names</source>
        <translation>集落ごとの所有の状況を、氏名なしで1枚（A3）に印刷します</translation>
    </message>
    <message>
        <source>Prints one sheet for a meeting: each hamlet with its owners, lots per owner, shared lots and the area of owners who live elsewhere. No name, address or key stands on it, and figures with too few owners behind them stay hidden.</source>
        <translation>集まり用の1枚を印刷します。集落ごとの所有者数、1人あたりの筆数、共有の筆、市町村の外に住む所有者の面積です。氏名・住所・キーは載せません。元になる所有者が少なすぎる数字は伏せたままです。</translation>
    </message>
    <message>
        <source>Prints one sheet for a workshop: which houses, fields and roads are exposed, which unmanaged lots may burden them, the ten with the heaviest burden, and the rules with the evidence behind each. It shows what is associated with what and proves no cause and no boundary.</source>
        <translation>話し合い用の地図を1枚印刷します。影響を受ける家屋・農地・道路、影響する可能性のある管理されていない土地、影響の大きい10筆、数えた規則とその根拠を示します。関連を示すもので、原因や土地の境界を示すものではありません。</translation>
    </message>
    <message>
        <source>Prints the management vision map (管理構想図) of a plan or a draft on one sheet: the six classes and priority land, the legend with the words of 2018 and of 2019/2021, areas with the difference to the official area, who does what, the data with dates. Texts left empty are taken from the plan file. The map does not prove where a boundary is.</source>
        <translation>計画やたたき台の管理構想図を1枚に印刷します。6つの区分と優先的に維持したい土地、2018年の選択と2019/2021年の区分を並べた凡例、面積と公的な面積との差、だれが何をするか、もとにしたデータと日付を載せます。空欄の文字は計画ファイルから補います。この図は土地の境界を証明するものではありません。</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>優先</translation>
    </message>
    <message>
        <source>Private table with cultivator_key, age and successor. Ages are not written to any result.</source>
        <translation>cultivator_key、age（年齢）、successor（後継者）のある非公開の表です。年齢は結果に書きません。</translation>
    </message>
    <message>
        <source>Private table with hamlet, age_from, age_to, residents: for the people and hands of each hamlet.</source>
        <translation>hamlet、age_from、age_to、residents のある個人情報の表。集落の人口と人手に使います。</translation>
    </message>
    <message>
        <source>Private table with owner_key and name; address, former_name, name_kana, born_on, died_on and dissolved_on are used where they are. Names are not written to any result.</source>
        <translation>owner_key と name のある個人情報の表。address、former_name、name_kana、born_on、died_on、dissolved_on があれば使います。氏名はどの結果にも書きません。</translation>
    </message>
    <message>
        <source>Private table with owner_key, name, died_on, dissolved_on, contact_result, contact_on and representative. Names are not written to any result.</source>
        <translation>owner_key、name、died_on、dissolved_on、contact_result、contact_on、representative の個人情報の表。氏名はどの結果にも書きません。</translation>
    </message>
    <message>
        <source>Private tables</source>
        <translation>個人情報の表</translation>
    </message>
    <message>
        <source>Probability of unmanaged: {percent} %</source>
        <translation>管理されていない確率 {percent} %</translation>
    </message>
    <message>
        <source>Projected population by cell (fields PTN_2025 or POP2025). For reference, where no ages are known.</source>
        <translation>メッシュごとの推計人口（項目 PTN_2025 や POP2025）。年齢が分からないときの参考です。</translation>
    </message>
    <message>
        <source>Public copy</source>
        <translation>公開用の写し</translation>
    </message>
    <message>
        <source>Published area of the whole. Empty: the sum of the official areas of the hamlets, when all are known.</source>
        <translation>公表されている全体の面積です。空欄なら、すべて分かっているときに集落の公的な面積を合計します。</translation>
    </message>
    <message>
        <source>Put the plan on paper</source>
        <translation>計画を紙にする</translation>
    </message>
    <message>
        <source>Radar (SAR)</source>
        <translation>レーダー（SAR）</translation>
    </message>
    <message>
        <source>Radar echo in decibel, one band per date.</source>
        <translation>レーダーの反射（dB）です。1バンドが1つの日付です。</translation>
    </message>
    <message>
        <source>Random seed</source>
        <translation>乱数の種</translation>
    </message>
    <message>
        <source>Ratios</source>
        <translation>比</translation>
    </message>
    <message>
        <source>Reach of pins (m)</source>
        <translation>ピンが届く距離（m）</translation>
    </message>
    <message>
        <source>Reaches</source>
        <translation>どこへ</translation>
    </message>
    <message>
        <source>Read the map</source>
        <translation>地図を読む</translation>
    </message>
    <message>
        <source>Reads a map of houses, roads, canals, forest, zones or anything else, keeps its columns as they are, and puts it into metres. Nothing is repaired. Columns about persons are left behind. What was read, kept and set aside stands in the report.</source>
        <translation>家屋・道路・水路・森林・区域などの地図を読み、列はそのままに、メートル単位の座標にします。修正はしません。個人に関わる列は取り込みません。読んだ行、使う行、除いた行は報告に示します。</translation>
    </message>
    <message>
        <source>Reads any map of lots, of a town hall, a surveyor or another country, and makes lots of it: number, place, land category and registered area are found by the names of the columns and by what stands in them. The unit of the registered area is checked against the map and said. Nothing is repaired; check the result with “Check lots and boundaries”. Columns about persons are left behind. For registry maps (地図XML) use “Import land registry map”.</source>
        <translation>役場・測量会社・外国などの筆の図を読み、筆の表にします。地番、所在、地目、地積は列の名前と中身から見つけます。地積の単位は図上の面積と比べて知らせます。修正はしません。取り込んだあと「筆と境界を調べる」で確かめてください。個人に関わる列は取り込みません。地図XMLは「登記所備付地図データを読み込む」を使ってください。</translation>
    </message>
    <message>
        <source>Reads land registry maps (登記所備付地図データ, 地図XML) and makes the lots. Give one file or a folder. Shapes stay exactly as they are drawn, mistakes included; check them with “Check parcels”. Maps in an arbitrary coordinate system (任意座標系) have no known place and are kept apart. The maps hold no owner, no land category and no registered area, and do not prove where a boundary is. Maps are read one by one, so that those of a whole prefecture need no more memory than the largest of them.</source>
        <translation>登記所備付地図データ（地図XML）を読み込み、筆を作ります。1つのファイルかフォルダを指定します。形は誤りも含めて描かれたまま残します（「筆と境界を調べる」で確かめてください）。任意座標系の図は位置が分からないため、別に分けます。地図には所有者・地目・地積がなく、境界の位置を証明するものではありません。図を1つずつ読むので、県全体でも、いちばん大きい図の分しかメモリを使いません。</translation>
    </message>
    <message>
        <source>Reads open data of ministries and finds out what it is: agricultural communities (農業集落境界), municipal boundary (N03), landslide warning zones (A33), flood areas (A31, all issues), areas by law (A17, A18, A24, A25), land use (L03-b, all issues), height and slope (G04-d), forest (A13, A45), wildlife areas (A15). Codes become words; a code that is not in the list counts as unknown and is told. Names the source that maps must show.</source>
        <translation>国のオープンデータを読み、種類を見分けます。農業集落境界、行政区域（N03）、土砂災害警戒区域（A33）、洪水浸水想定区域（A31、各版）、法律による地域（A17・A18・A24・A25）、土地利用（L03-b、各版）、標高・傾斜度（G04-d）、森林（A13・A45）、鳥獣保護区（A15）。コードは言葉に直し、一覧にないコードは不明として知らせます。地図に必要な出典も示します。</translation>
    </message>
    <message>
        <source>Reads tables as offices keep them: CSV in UTF-8 or Shift_JIS with letters of its own (外字), XLSX with a title above the heading, DBF. What the columns mean is found by their names and by what stands in them, and can be kept as a profile. Names and addresses go to a private table with an opaque key; the register holds the key only. Ages or months side by side (0～4歳, 5～9歳 …; 4月, 5月 …) are read as rows. Sums and rows without a lot number are set aside and listed.</source>
        <translation>役場の表をそのまま読みます。CSV（UTF-8・Shift_JIS、外字入り）、見出しの上に表題のあるXLSX、DBFに対応します。列の意味は名前と中身から見つけ、設定として残せます。氏名と住所は番号に置きかえて個人用の表に入れ、台帳には番号だけを残します。年齢や月が横に並ぶ表（0～4歳、5～9歳…、4月、5月…）は1列を1行として読みます。合計の行と地番のない行は除いて一覧にします。</translation>
    </message>
    <message>
        <source>Reads tables of damage or sightings (CSV in UTF-8 or Shift_JIS, XLSX), also maps of them (GeoPackage, Shapefile, GeoJSON), and makes points and counts per hamlet. Places come from WKT, longitude and latitude, x and y, or the name of the hamlet; dates may be Japanese (令和6年5月1日, R6.5.1). Codes spoiled by a spreadsheet (1.72E+09), events that stand in several files and rows that cannot be used are listed with the reason. Names, addresses, telephone numbers and notes are not carried.</source>
        <translation>被害や目撃の表（UTF-8またはShift_JISのCSV、XLSX）や地図（GeoPackage、Shapefile、GeoJSON）を読み、点と集落ごとの件数にします。位置はWKT、経度・緯度、x・y、集落名から読み、日付は和暦（令和6年5月1日、R6.5.1）でもかまいません。表計算で壊れた番号（1.72E+09）、複数のファイルにある同じ出来事、使えない行は理由とともに一覧にします。氏名・住所・電話番号・備考は取り込みません。</translation>
    </message>
    <message>
        <source>Reads the field package after a visit. A reviewer accepts or rejects each result; who and when is kept. Accepted results are added to the farm patrol results and nothing is replaced: where a result of the same day or a newer one stands, the check waits until it is accepted by name. The table that comes out can be used as farm patrol results.</source>
        <translation>現地から戻ったデータを読みます。点検者が結果ごとに採用か不採用を決め、だれがいつ決めたかを残します。採用した結果は農地パトロールの結果に加え、何も置き換えません。同じ日かより新しい結果がある場合は、個別に採用するまで保留します。できた表は農地パトロールの結果として使えます。</translation>
    </message>
    <message>
        <source>Reads the field polygons (筆ポリゴン) of the Ministry of Agriculture: GeoJSON per municipality, FlatGeobuf per prefecture, Parquet where this QGIS reads it, and the shapefiles of earlier years. Keeps the issue year and the numbers of the years before, which are the only link between years. The polygons are drawn from pictures: they are no boundaries and prove no right.</source>
        <translation>農林水産省の筆ポリゴンを読みます。市町村別のGeoJSON、都道府県別のFlatGeobuf、このQGISで読めればParquet、以前のシェープファイルに対応します。公開年度と前年の番号を残します。番号は年と年をつなぐ唯一の手がかりです。画像から描かれたもので、境界でも権利の証明でもありません。</translation>
    </message>
    <message>
        <source>Reads the forest ledger (林地台帳: lots with owner, area and whether the boundary was surveyed) and the forest stand list (森林簿: stands with species, age and volume). A stand is not a lot: it is joined by place later. Both prove neither a boundary nor a right, and the stand list was made from pictures. Owners' names go to a private table.</source>
        <translation>林地台帳（筆ごとの所有者・面積・境界測量の有無）と森林簿（林小班ごとの樹種・林齢・材積）を読みます。林小班は筆ではないため、あとで位置で結びます。どちらも境界や権利の証明ではなく、森林簿は写真から作られたものです。所有者の氏名は個人用の表に入れます。</translation>
    </message>
    <message>
        <source>Reads the future population by square (将来推計人口メッシュ, 500 m or 1 km; issues of 2017, 2018 and 2024). Totals stay as published. Where small numbers were suppressed or merged into a neighbour, the ages are unknown, not zero. A village of few houses is below what the method can resolve: for reference only.</source>
        <translation>将来推計人口メッシュ（500m・1km、2017年・2018年・2024年推計）を読みます。総数は公表値のままです。少ない数が秘匿・合算されたところの年齢別人口は、0ではなく不明とします。家の少ない集落は推計の精度より細かいため、参考値です。</translation>
    </message>
    <message>
        <source>Reads the package that came back from the field</source>
        <translation>現地から戻ったデータを読みます</translation>
    </message>
    <message>
        <source>Reads the pins downloaded from the farmland navigator (eMAFF農地ナビ), GeoJSON or CSV: idle farmland, the owner's intention, whether the owner was found, zone, right and its end. “Not published”, “not answered” and “not surveyed” count as unknown, never as no. The number of the cultivator goes to the private table only, as a number of our own. The pins are often two to three years old.</source>
        <translation>eMAFF農地ナビからダウンロードした農地ピン（GeoJSON・CSV）を読みます。遊休農地かどうか、所有者の意向、所有者の確知、農振法区分、権利とその終期が入ります。「非公表」「未回答」「調査対象外」は不明とし、「いいえ」とはしません。耕作者整理番号は、独自の番号に置きかえて個人用の表だけに入れます。ピンの内容は2〜3年前のことがあります。</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>理由</translation>
    </message>
    <message>
        <source>Receptor of the rule: farmland, houses, roads or another word of the rules.</source>
        <translation>規則の影響先です。farmland、houses、roads など規則で使う語にします。</translation>
    </message>
    <message>
        <source>Receptors over a threshold</source>
        <translation>許容を超える影響先の数</translation>
    </message>
    <message>
        <source>Receptors relieved</source>
        <translation>影響が軽くなる先の数</translation>
    </message>
    <message>
        <source>Record the owner's answer</source>
        <translation>所有者の答えを記録</translation>
    </message>
    <message>
        <source>Records</source>
        <translation>記録</translation>
    </message>
    <message>
        <source>Records (points)</source>
        <translation>記録（点）</translation>
    </message>
    <message>
        <source>Records and background points (or hamlets) with exposure, fitted value and residual.</source>
        <translation>記録と背景点（または集落）の、受ける影響、推定値、残差です。</translation>
    </message>
    <message>
        <source>Records and expected records by distance to the nearest unmanaged lot, with 95 % intervals.</source>
        <translation>最も近い管理されていない土地からの距離ごとの、記録の数、期待される数、95％区間です。</translation>
    </message>
    <message>
        <source>Records by distance</source>
        <translation>距離ごとの記録</translation>
    </message>
    <message>
        <source>Records counted by hamlet name only</source>
        <translation>集落名だけで数えた記録</translation>
    </message>
    <message>
        <source>Records left out</source>
        <translation>除いた記録の数</translation>
    </message>
    <message>
        <source>Records per hamlet with first and last day; areas where hamlets are given, else a table.</source>
        <translation>集落ごとの記録の数と、最初と最後の日です。集落の図があれば範囲、なければ表になります。</translation>
    </message>
    <message>
        <source>Records used</source>
        <translation>使った記録の数</translation>
    </message>
    <message>
        <source>Records with a place</source>
        <translation>位置のある記録</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>やり直す</translation>
    </message>
    <message>
        <source>Redo: {what}</source>
        <translation>やり直す: {what}</translation>
    </message>
    <message>
        <source>Register</source>
        <translation>台帳</translation>
    </message>
    <message>
        <source>Register and lots</source>
        <translation>登記と筆の照合</translation>
    </message>
    <message>
        <source>Register and lots: to review</source>
        <translation>登記と筆の照合：確認</translation>
    </message>
    <message>
        <source>Register columns for the lots</source>
        <translation>筆に付ける登記の列</translation>
    </message>
    <message>
        <source>Register table</source>
        <translation>登記の表</translation>
    </message>
    <message>
        <source>Register with lot keys</source>
        <translation>筆キーを付けた登記の表</translation>
    </message>
    <message>
        <source>Registered area</source>
        <translation>登記面積</translation>
    </message>
    <message>
        <source>Registered long ago (years)</source>
        <translation>登記を古いとみる年数</translation>
    </message>
    <message>
        <source>Registry map</source>
        <translation>登記所備付地図</translation>
    </message>
    <message>
        <source>Reject</source>
        <translation>不採用</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>不採用</translation>
    </message>
    <message>
        <source>Rejected {n}</source>
        <translation>不採用 {n}</translation>
    </message>
    <message>
        <source>Relief in all</source>
        <translation>軽くなる影響の合計</translation>
    </message>
    <message>
        <source>Relieve harm</source>
        <translation>影響を軽くする</translation>
    </message>
    <message>
        <source>Repair lots and boundaries</source>
        <translation>筆と境界を修復する</translation>
    </message>
    <message>
        <source>Repair the map of the lots</source>
        <translation>筆の図を修復する</translation>
    </message>
    <message>
        <source>Repair: owners</source>
        <translation>修復: 所有者</translation>
    </message>
    <message>
        <source>Repair: report per lot</source>
        <translation>修復: 筆ごとの報告</translation>
    </message>
    <message>
        <source>Repaired lots</source>
        <translation>修復した筆</translation>
    </message>
    <message>
        <source>Repair…</source>
        <translation>修復…</translation>
    </message>
    <message>
        <source>Replace by new keys</source>
        <translation>新しいキーに置き換える</translation>
    </message>
    <message>
        <source>Replace decisions of people</source>
        <translation>人が決めたものも置き換える</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>報告書</translation>
    </message>
    <message>
        <source>Report per lot</source>
        <translation>筆ごとの報告</translation>
    </message>
    <message>
        <source>Report per owner</source>
        <translation>所有者ごとの報告</translation>
    </message>
    <message>
        <source>Reset to defaults</source>
        <translation>はじめの値に戻す</translation>
    </message>
    <message>
        <source>Residents by age</source>
        <translation>年齢別の住民</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>結果</translation>
    </message>
    <message>
        <source>Result of the same run: the lots with burden and rank.</source>
        <translation>同じ計算の結果: 影響の大きさと順位のある筆。</translation>
    </message>
    <message>
        <source>Result of “Find entries of one owner”. Without it every owner key counts as one person.</source>
        <translation>「同じ所有者の記載を探す」の結果。ないときは、所有者キーごとに1人と数えます。</translation>
    </message>
    <message>
        <source>Result of “Find unmanaged land”: the lots with condition and probability, in metres.</source>
        <translation>「管理されていない可能性のある土地を探す」の結果（状態と確率のある筆。座標はメートル）。</translation>
    </message>
    <message>
        <source>Result of “Find unmanaged land”; its lots where nothing can be told are counted on the sheet.</source>
        <translation>「管理されていない可能性のある土地を探す」の結果。判断できない筆の数を図に載せます。</translation>
    </message>
    <message>
        <source>Result of “Forecast the land”, in coordinates in metres.</source>
        <translation>「土地の将来を予測する」の結果（座標はメートル）。</translation>
    </message>
    <message>
        <source>Result of “Forecast the land”, made from the older data, in metres.</source>
        <translation>「土地の将来を予測する」の結果（古い方のデータから作ったもの。座標はメートル）。</translation>
    </message>
    <message>
        <source>Result of “Overlay harm to surroundings”, in coordinates in metres.</source>
        <translation>「周りへの影響を調べる」の結果。座標はメートル単位です。</translation>
    </message>
    <message>
        <source>Result of “Overlay harm to surroundings”. For other lots the harm is worked out here.</source>
        <translation>「周りへの影響を調べる」の結果です。ほかの筆の影響はここで計算します。</translation>
    </message>
    <message>
        <source>Result of “Ownership pattern by hamlet”, in coordinates in metres.</source>
        <translation>「集落ごとの所有の状況」の結果（メートル単位の座標）。</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>確認する</translation>
    </message>
    <message>
        <source>Reviewed by (role)</source>
        <translation>点検する人（役割）</translation>
    </message>
    <message>
        <source>Reviewed on (day)</source>
        <translation>点検日</translation>
    </message>
    <message>
        <source>Rivers</source>
        <translation>河川</translation>
    </message>
    <message>
        <source>Rivers and canals.</source>
        <translation>川と水路。</translation>
    </message>
    <message>
        <source>Road lines, for reach and for harm to roads.</source>
        <translation>道路の線です。行きやすさと、道路への影響に使います。</translation>
    </message>
    <message>
        <source>Road lines, for the distance to the lot.</source>
        <translation>道路の線です。筆からの距離に使います。</translation>
    </message>
    <message>
        <source>Road lines; without them ways are straight.</source>
        <translation>道路の線です。なければ直線で測ります。</translation>
    </message>
    <message>
        <source>Roads</source>
        <translation>道路</translation>
    </message>
    <message>
        <source>Roads with road_id, width_m and kind; farm roads (kind = farm) are left out.</source>
        <translation>road_id、width_m、kind のある道路です。農道（kind = farm）は除きます。</translation>
    </message>
    <message>
        <source>Roads within reach</source>
        <translation>影響の届く道路</translation>
    </message>
    <message>
        <source>Roads, drawn white with a grey edge.</source>
        <translation>道路。灰色の縁のある白い線で描きます。</translation>
    </message>
    <message>
        <source>Row {row} ({lot}): {why}</source>
        <translation>{row}行目（{lot}）: {why}</translation>
    </message>
    <message>
        <source>Rows for which no lot was found, and why.</source>
        <translation>図の筆が見つからない行と、その理由です。</translation>
    </message>
    <message>
        <source>Rows kept</source>
        <translation>使う行</translation>
    </message>
    <message>
        <source>Rows of evidence</source>
        <translation>根拠の行数</translation>
    </message>
    <message>
        <source>Rows read</source>
        <translation>読んだ行</translation>
    </message>
    <message>
        <source>Rows set aside</source>
        <translation>使わなかった行</translation>
    </message>
    <message>
        <source>Rows that fit no lot</source>
        <translation>どの筆にも合わない行</translation>
    </message>
    <message>
        <source>Rows that got a lot key</source>
        <translation>筆キーが付いた行</translation>
    </message>
    <message>
        <source>Rows with lot_key, or areas, with stand_age (林齢) and/or thinned_on (間伐年).</source>
        <translation>lot_key のある行、または区域です。stand_age（林齢）か thinned_on（間伐年）が必要です。</translation>
    </message>
    <message>
        <source>Rows with problems</source>
        <translation>問題のある行</translation>
    </message>
    <message>
        <source>Rows without a lot</source>
        <translation>筆のない行</translation>
    </message>
    <message>
        <source>Rows without a lot {n}</source>
        <translation>筆のない行 {n}</translation>
    </message>
    <message>
        <source>Rows written</source>
        <translation>書き出した行</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>規則</translation>
    </message>
    <message>
        <source>Rule table</source>
        <translation>規則の表</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>規則</translation>
    </message>
    <message>
        <source>Rules for harm to surroundings</source>
        <translation>周りへの影響の規則</translation>
    </message>
    <message>
        <source>Rules: {title}</source>
        <translation>規則: {title}</translation>
    </message>
    <message>
        <source>Run again</source>
        <translation>もう一度</translation>
    </message>
    <message>
        <source>Run recorded in {file}</source>
        <translation>実行の記録: {file}</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>調べています</translation>
    </message>
    <message>
        <source>SVG (*.svg)</source>
        <translation>SVG (*.svg)</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存する</translation>
    </message>
    <message>
        <source>Save again</source>
        <translation>もう一度保存</translation>
    </message>
    <message>
        <source>Save choices into the plan</source>
        <translation>選択を計画に保存する</translation>
    </message>
    <message>
        <source>Save list</source>
        <translation>一覧を保存</translation>
    </message>
    <message>
        <source>Save the column profile as</source>
        <translation>列の設定を保存する</translation>
    </message>
    <message>
        <source>Save the project first. The plan is kept beside it.</source>
        <translation>先にプロジェクトを保存してください。計画はその隣に置きます。</translation>
    </message>
    <message>
        <source>Saved in the private folder: {path}</source>
        <translation>個人情報のフォルダに保存しました: {path}</translation>
    </message>
    <message>
        <source>Says for every owner of every lot whether the owner can be reached, has moved, has died, is a dissolved body, common land without representative, public, or unknown: since when, on what evidence, and which lawful step comes next at which office. Counts for each block of touching lots how many owners hold it up. The results hold keys and classes only, no name and no address. The steps are a guide and no legal advice; those nobody has checked say so.</source>
        <translation>筆ごと・所有者ごとに、連絡がつく、転居、死亡、法人の解散、代表者のいない共有地、公有地、不明のどれかを、いつから、どの根拠で、次にどの窓口のどの手続かとともに示します。隣り合う筆のまとまりごとに、何人の所有者で止まっているかを数えます。結果にはキーと区分だけを書き、氏名や住所は書きません。手続は目安であり、法律の助言ではありません。確かめていないものには、そう書きます。</translation>
    </message>
    <message>
        <source>Scale (1 to)</source>
        <translation>縮尺（1対）</translation>
    </message>
    <message>
        <source>Scenario</source>
        <translation>場合</translation>
    </message>
    <message>
        <source>Scenarios by hamlet</source>
        <translation>集落ごとの試算</translation>
    </message>
    <message>
        <source>Schools, water intakes and so on. The receptor of the rules is the name of the layer.</source>
        <translation>学校、取水口などです。規則の receptor にはレイヤの名前を書きます。</translation>
    </message>
    <message>
        <source>Search by lot number</source>
        <translation>地番でさがす</translation>
    </message>
    <message>
        <source>Search name or lot number</source>
        <translation>氏名か地番で探す</translation>
    </message>
    <message>
        <source>See findings</source>
        <translation>指摘を見る</translation>
    </message>
    <message>
        <source>See the two questions</source>
        <translation>2つの問いを見る</translation>
    </message>
    <message>
        <source>See what changes</source>
        <translation>変化を見る</translation>
    </message>
    <message>
        <source>See what changes first.</source>
        <translation>まず「変化を見る」を押してください。</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>乱数の種</translation>
    </message>
    <message>
        <source>Seen</source>
        <translation>現地</translation>
    </message>
    <message>
        <source>Separate fences (m)</source>
        <translation>集落ごとの柵（m）</translation>
    </message>
    <message>
        <source>Sets the tolerance for lots without an accuracy class (assumption).</source>
        <translation>精度区分のない筆の公差を決めます（仮定）。</translation>
    </message>
    <message>
        <source>Settings: {title}</source>
        <translation>設定: {title}</translation>
    </message>
    <message>
        <source>Several layers count together; a row that stands in two of them counts once.</source>
        <translation>複数のレイヤを選ぶと、まとめて使います。2つのレイヤにある同じ行は1回だけ数えます。</translation>
    </message>
    <message>
        <source>Several values are separated by “;”.</source>
        <translation>複数の値は「;」で区切ります。</translation>
    </message>
    <message>
        <source>Shape of the year</source>
        <translation>一年の変化</translation>
    </message>
    <message>
        <source>Share in the register</source>
        <translation>登記の表の持分</translation>
    </message>
    <message>
        <source>Share of each lot and receptor that lies in each zone.</source>
        <translation>土地と影響先が各区域に入る割合です。</translation>
    </message>
    <message>
        <source>Share of lots whose set held the truth</source>
        <translation>「ありうる状態」が正しかった割合</translation>
    </message>
    <message>
        <source>Share of plants higher than (m)</source>
        <translation>草木の高さのしきい値（m）</translation>
    </message>
    <message>
        <source>Share the prints</source>
        <translation>印刷したものを配る</translation>
    </message>
    <message>
        <source>Sheet to print</source>
        <translation>印刷用の用紙</translation>
    </message>
    <message>
        <source>Sheets without a known place, one layer each</source>
        <translation>位置の分からない図郭（1つずつのレイヤ）</translation>
    </message>
    <message>
        <source>Show all {n} lines</source>
        <translation>{n}件すべて表示</translation>
    </message>
    <message>
        <source>Show less</source>
        <translation>少なく表示</translation>
    </message>
    <message>
        <source>Show on map</source>
        <translation>地図に表示</translation>
    </message>
    <message>
        <source>Show these lots</source>
        <translation>その土地を表示</translation>
    </message>
    <message>
        <source>Shows the lots whose answer depends on a weight</source>
        <translation>重みしだいで答えが変わる土地を示します</translation>
    </message>
    <message>
        <source>Shows what becomes of the land if nothing changes: how likely each lot is still looked after in 5, 10, 20 and 30 years, for slow, middle and fast loss, with intervals, beside the figure if everything stayed as today. Farmers grow old and stop, leases end, neighbouring land is left. Most rates are assumptions that stand in tables you can change. It is no prediction about any person. Ages and names stay in the private file and are written nowhere.</source>
        <translation>このまま何も変わらない場合に土地がどうなるかを示します。5・10・20・30年後に各筆が管理されている見込みを、減少が遅い・中位・速い場合に分けて幅とともに出し、今のまま変わらない場合の値と並べます。耕作者の高齢化と引退、貸し借りの終わり、隣の土地の放置を考えます。確率の多くは仮定で、表で変えられます。特定の人についての予測ではありません。年齢と氏名は個人情報のファイルから外に出ません。</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>いつから</translation>
    </message>
    <message>
        <source>Skill over persistence (%)</source>
        <translation>変わらない予測を上回る精度（%）</translation>
    </message>
    <message>
        <source>Slow loss</source>
        <translation>減少が遅い</translation>
    </message>
    <message>
        <source>Small</source>
        <translation>小さい</translation>
    </message>
    <message>
        <source>Small below this area (m²)</source>
        <translation>小さいとする面積（m²）</translation>
    </message>
    <message>
        <source>Small below this share (%)</source>
        <translation>小さいとする割合（%）</translation>
    </message>
    <message>
        <source>Small district (小字)</source>
        <translation>小字</translation>
    </message>
    <message>
        <source>Small district in the register</source>
        <translation>登記の表の小字</translation>
    </message>
    <message>
        <source>Small overlaps</source>
        <translation>小さい重なり</translation>
    </message>
    <message>
        <source>Smaller gaps and overlaps are ignored.</source>
        <translation>これより小さいすき間と重なりは見ません。</translation>
    </message>
    <message>
        <source>Smallest gap or overlap (m²)</source>
        <translation>すき間・重なりの最小面積（m²）</translation>
    </message>
    <message>
        <source>Smallest lot (m²)</source>
        <translation>最小の筆（m²）</translation>
    </message>
    <message>
        <source>Smallest number of owners</source>
        <translation>所有者の最少人数</translation>
    </message>
    <message>
        <source>So far</source>
        <translation>これまで</translation>
    </message>
    <message>
        <source>Source lots</source>
        <translation>影響元の筆</translation>
    </message>
    <message>
        <source>Source: {x}</source>
        <translation>出典: {x}</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>出発点</translation>
    </message>
    <message>
        <source>Start in the middle of the map shown</source>
        <translation>表示中の地図の中央から出発する</translation>
    </message>
    <message>
        <source>Start of the random numbers. The same seed gives the same result.</source>
        <translation>乱数の始まりです。同じ種なら同じ結果になります。</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状態</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>一定（届く距離まで同じ）</translation>
    </message>
    <message>
        <source>Still needed: {names}</source>
        <translation>足りないもの: {names}</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>止まりました</translation>
    </message>
    <message>
        <source>Stops and walks for a navigation device.</source>
        <translation>ナビに入れる地点とコースです。</translation>
    </message>
    <message>
        <source>Strongest weight</source>
        <translation>最も強い重み</translation>
    </message>
    <message>
        <source>Study area</source>
        <translation>対象範囲</translation>
    </message>
    <message>
        <source>Suggest from this score</source>
        <translation>確認に出す点</translation>
    </message>
    <message>
        <source>Sums by hamlet and land kind</source>
        <translation>集落別・地目別の集計</translation>
    </message>
    <message>
        <source>Surface height</source>
        <translation>地表面の高さ</translation>
    </message>
    <message>
        <source>Survey and screening disagree</source>
        <translation>調査と判定が食い違い</translation>
    </message>
    <message>
        <source>Surveyed lots used</source>
        <translation>使った調査済みの土地</translation>
    </message>
    <message>
        <source>Table (*.csv)</source>
        <translation>表 (*.csv)</translation>
    </message>
    <message>
        <source>Table from “Find unmanaged land”. Its sources and dates are kept in the plan and printed.</source>
        <translation>「管理されていない土地を探す」の表です。出典と日付を計画に残し、印刷します。</translation>
    </message>
    <message>
        <source>Table of accepted findings</source>
        <translation>直さないとした指摘の表</translation>
    </message>
    <message>
        <source>Table of facilities</source>
        <translation>施設の表</translation>
    </message>
    <message>
        <source>Table of hours</source>
        <translation>作業時間の表</translation>
    </message>
    <message>
        <source>Table of links of the same run. With it only the rules that linked anything are printed.</source>
        <translation>同じ計算のつながりの表。指定すると、つながりのあった規則だけを印刷します。</translation>
    </message>
    <message>
        <source>Table of next steps</source>
        <translation>次の手続の表</translation>
    </message>
    <message>
        <source>Table of rates</source>
        <translation>確率の表</translation>
    </message>
    <message>
        <source>Table of rules</source>
        <translation>影響の規則の表</translation>
    </message>
    <message>
        <source>Table of the same run with the figures of all hamlets together.</source>
        <translation>同じ計算の、全集落の合計の表。</translation>
    </message>
    <message>
        <source>Table of the same run.</source>
        <translation>同じ実行の表。</translation>
    </message>
    <message>
        <source>Table of thresholds</source>
        <translation>許容できる影響の表</translation>
    </message>
    <message>
        <source>Table of treatments</source>
        <translation>手入れの表</translation>
    </message>
    <message>
        <source>Table of weights</source>
        <translation>根拠の重みの表</translation>
    </message>
    <message>
        <source>Table of weights tested</source>
        <translation>試した重みの表</translation>
    </message>
    <message>
        <source>Table with image (layer name), band (number, may be empty) and date; it counts before names.</source>
        <translation>image（レイヤ名）、band（番号、空でもよい）、date のある表です。名前より優先します。</translation>
    </message>
    <message>
        <source>Table with key_a, key_b, decision (same or different), decided_by and decided_on. The newest counts.</source>
        <translation>key_a、key_b、decision（same か different）、decided_by、decided_on の表。新しいものを使います。</translation>
    </message>
    <message>
        <source>Table with lot_key and category_reg (地目); else the field land_category of the lots counts.</source>
        <translation>lot_key と category_reg（地目）のある表です。なければ筆の land_category を使います。</translation>
    </message>
    <message>
        <source>Table with lot_key and owner_key. Tells how many owners an area has where a layer does not say so itself.</source>
        <translation>lot_key と owner_key の表。データ自身に所有者がないとき、区域の所有者数を数えるのに使います。</translation>
    </message>
    <message>
        <source>Table with lot_key or house_id, month and m3 (per month); three readings of the last year are needed.</source>
        <translation>lot_key か house_id、month、m3（月あたり）のある表です。直近1年に3回以上の検針が必要です。</translation>
    </message>
    <message>
        <source>Table with lot_key or house_id, surveyed_on and result (occupied or vacant).</source>
        <translation>lot_key か house_id、surveyed_on、result（occupied か vacant）のある表です。</translation>
    </message>
    <message>
        <source>Table with lot_key, category_reg (地目) and owner_status.</source>
        <translation>lot_key、category_reg（地目）、owner_status のある表。</translation>
    </message>
    <message>
        <source>Table with lot_key, category_reg (地目), owner_key and owner_status.</source>
        <translation>lot_key、category_reg（地目）、owner_key、owner_status のある表です。</translation>
    </message>
    <message>
        <source>Table with lot_key, category_reg, owner_key, owner_status.</source>
        <translation>lot_key、category_reg（地目）、owner_key、owner_status のある表です。</translation>
    </message>
    <message>
        <source>Table with lot_key, cultivator_key, right_kind and right_end.</source>
        <translation>lot_key、cultivator_key、right_kind、right_end のある表。</translation>
    </message>
    <message>
        <source>Table with lot_key, land_type, cultivator_key and right_kind.</source>
        <translation>lot_key、land_type、cultivator_key、right_kind のある表です。</translation>
    </message>
    <message>
        <source>Table with lot_key, land_type, cultivator_key, right_kind and in_agri_zone.</source>
        <translation>lot_key、land_type、cultivator_key、right_kind、in_agri_zone のある表です。</translation>
    </message>
    <message>
        <source>Table with lot_key, owner_key, owner_status, share, address_kind, registered_on and category_reg.</source>
        <translation>lot_key、owner_key、owner_status、share、address_kind、registered_on、category_reg の表。</translation>
    </message>
    <message>
        <source>Table with lot_key, owner_key, share and address_kind, one row per lot and owner.</source>
        <translation>lot_key、owner_key、share、address_kind の表。筆と所有者ごとに1行。</translation>
    </message>
    <message>
        <source>Table with lot_key, owner_key, share and registered_on, one row per lot and owner.</source>
        <translation>lot_key、owner_key、share、registered_on の表。筆と所有者ごとに1行。</translation>
    </message>
    <message>
        <source>Table with lot_key, patrol_on and result (code or words); the newest row of a lot counts.</source>
        <translation>lot_key、patrol_on、result（コードまたは語）のある表です。筆ごとに最も新しい行を使います。</translation>
    </message>
    <message>
        <source>Table with lot_key, patrol_on and result as code or in words.</source>
        <translation>lot_key、patrol_on、result（コードまたは語）のある表です。</translation>
    </message>
    <message>
        <source>Table with lot_key, patrol_on and result, for the share of unmanaged neighbours.</source>
        <translation>lot_key、patrol_on、result のある表です。管理されていない隣接地の割合に使います。</translation>
    </message>
    <message>
        <source>Table with lot_key, rinpan (林班) and shohan (小班), for a forest register that has no lot_key.</source>
        <translation>lot_key、rinpan（林班）、shohan（小班）のある表です。森林簿に lot_key がないときに使います。</translation>
    </message>
    <message>
        <source>Tables</source>
        <translation>表</translation>
    </message>
    <message>
        <source>Tables from the evidence tools; surveys in them count like the farm patrol. Repeated rows count once.</source>
        <translation>根拠の各ツールで作った表です。中の調査結果は農地パトロールと同じに扱います。重なる行は1回だけ数えます。</translation>
    </message>
    <message>
        <source>Tables with names and addresses. They are not copied; every cell of the copy is compared with them.</source>
        <translation>氏名や住所の表。写しません。写しのすべての欄をこれと比べます。</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>取り消す</translation>
    </message>
    <message>
        <source>Take back all {n} of this kind</source>
        <translation>同じ種類 {n} 件をまとめて取り消す</translation>
    </message>
    <message>
        <source>Take decision back</source>
        <translation>判断を取り消す</translation>
    </message>
    <message>
        <source>Take over</source>
        <translation>取り込む</translation>
    </message>
    <message>
        <source>Take priority off {n} lots</source>
        <translation>{n} 筆の優先をやめる</translation>
    </message>
    <message>
        <source>Take the flow from the height model</source>
        <translation>流れの向きを標高から決める</translation>
    </message>
    <message>
        <source>Take up again</source>
        <translation>直すものに戻す</translation>
    </message>
    <message>
        <source>Taken back. The map is as it was.</source>
        <translation>元に戻しました。図は前のままです。</translation>
    </message>
    <message>
        <source>Takes over every result that is not rejected and contradicts no earlier one.</source>
        <translation>取り消されておらず、前の結果と食い違わないものをすべて取り込みます。</translation>
    </message>
    <message>
        <source>Takes the point at the tip of a spike out of the lot, or of both lots that share it. A tip on the border of another lot stays: it may be a border point.</source>
        <translation>とげの先端の点を、その筆（2筆が共有するときは両方）から除きます。先端がほかの筆の境界にあるときは、境界点かもしれないため残します。</translation>
    </message>
    <message>
        <source>Target year</source>
        <translation>目標年</translation>
    </message>
    <message>
        <source>Tell kinds of land apart</source>
        <translation>地目を区別する</translation>
    </message>
    <message>
        <source>Tell reasons for so many years ahead</source>
        <translation>理由を示す年数</translation>
    </message>
    <message>
        <source>Tells canopy closure and crown-length ratio of forest lots from the 20 m mesh of the prefecture, the age of the stand and the years since the last thinning from the forest register, and canopy closure from plant height where there is no mesh. Only lots whose 地目 is forest are told. A natural forest needs no thinning: please check on the ground.</source>
        <translation>山林について、都道府県の20 mメッシュから樹冠疎密度と樹冠長率を、森林簿から林齢と最後の間伐からの年数を示します。メッシュがない所では草木の高さから樹冠疎密度を求めます。対象は地目が山林の筆だけです。天然林に間伐は要りません。現地で確かめてください。</translation>
    </message>
    <message>
        <source>Tells which lots may burden others; left empty, the field “condition”.</source>
        <translation>周りに影響しうる土地を示す項目です。空欄なら「condition」を使います。</translation>
    </message>
    <message>
        <source>Tells which plots have a house that is lived in, from a vacancy survey and the houses, and where water is hardly used. Only the class in use, little or none is written, never the amount. In one town water use found 83 of 100 vacant houses; houses with a well or a closed tap are told wrongly.</source>
        <translation>空き家調査と家屋から、人の住む家屋がある土地を示し、水道がほとんど使われていない土地も示します。書き出すのは使用・わずか・なしの区分だけで、使用量は書きません。ある町では水道の使用量で空き家100戸のうち83戸が見つかりました。井戸のある家や閉栓した家は誤ることがあります。</translation>
    </message>
    <message>
        <source>Tells whom it relieves, of what and by how much, if some lots are treated, for example mown. Or finds the lots that relieve most for given hours, money or number of lots, and says how far at most that is from the best possible. Costs and effects come from an editable table; those of the table that comes with the tool are assumptions. Harm is associated with the lots; relief is what the rules make expected, no promise.</source>
        <translation>草刈りなどの手入れをすると、どこの何の影響がどれだけ軽くなるかを示します。作業時間・費用・筆数の限りの中で最も軽くできる土地を探し、最善の案から最大でどれだけ離れているかも示します。費用と効果は編集できる表から取ります。付属の表の数値は仮定です。影響は土地と関係があるとされるもので、軽くなる量は規則から見込まれるものです。約束ではありません。</translation>
    </message>
    <message>
        <source>Ten classes of chance with the share that was really managed.</source>
        <translation>確率を10に分けて、実際に管理されていた割合を示します。</translation>
    </message>
    <message>
        <source>Test the weights</source>
        <translation>重みを試す</translation>
    </message>
    <message>
        <source>Test the weights of the condition</source>
        <translation>土地の状態の重みを試す</translation>
    </message>
    <message>
        <source>Tests whether damage records go together with unmanaged land nearby</source>
        <translation>被害の記録が、近くの管理されていない土地と関係するかを調べます</translation>
    </message>
    <message>
        <source>The Excel workbook was left out; the CSV files are complete.</source>
        <translation>Excelのファイルは作りませんでした。CSVはすべてそろっています。</translation>
    </message>
    <message>
        <source>The areas of overlaps, gaps, duplicates and narrow lots.</source>
        <translation>重なり、すき間、二重登録、細い筆の範囲です。</translation>
    </message>
    <message>
        <source>The areas on the map agree.</source>
        <translation>図上の面積と合います。</translation>
    </message>
    <message>
        <source>The best possible is {gap} better.</source>
        <translation>最善の案との差は{gap}です。</translation>
    </message>
    <message>
        <source>The burden of unmanaged lots from “Overlay harm to surroundings”. Lots outside the village are not treated.</source>
        <translation>「周りへの影響を重ねる」でできた、管理されていない土地の影響です。村の外の土地は手入れの対象にしません。</translation>
    </message>
    <message>
        <source>The cheapest care by which nobody suffers more than can be borne</source>
        <translation>許容を超える影響を受ける先が出ない、最も費用の少ない手入れ</translation>
    </message>
    <message>
        <source>The chosen lot</source>
        <translation>選んだ筆</translation>
    </message>
    <message>
        <source>The chosen lots with walk, stop, gain and reason.</source>
        <translation>選んだ筆と、コース、順番、効果、理由です。</translation>
    </message>
    <message>
        <source>The column is named so.</source>
        <translation>列の名前によります。</translation>
    </message>
    <message>
        <source>The data in our fields; what they are used as stands in the output ROLE.</source>
        <translation>項目をそろえたデータ。何に使うかは出力ROLEに入ります。</translation>
    </message>
    <message>
        <source>The data with their dates, one per line. Left empty: from the plan file or the layers.</source>
        <translation>もとにしたデータと日付を1行に1つ。空欄なら計画ファイルかレイヤから取ります。</translation>
    </message>
    <message>
        <source>The decision could not be kept: {why}</source>
        <translation>判断を保存できませんでした（{why}）</translation>
    </message>
    <message>
        <source>The draft said: {word}. {reason}</source>
        <translation>たたき台では「{word}」でした。{reason}</translation>
    </message>
    <message>
        <source>The earlier rows and the accepted results.</source>
        <translation>これまでの行と、採用した結果です。</translation>
    </message>
    <message>
        <source>The evidence table of that run.</source>
        <translation>その実行の根拠の表です。</translation>
    </message>
    <message>
        <source>The field by which lots and tables are matched.</source>
        <translation>筆と表を結び付ける項目です。</translation>
    </message>
    <message>
        <source>The field of the lots with the lot number (地番).</source>
        <translation>筆のデータで地番の入った項目です。</translation>
    </message>
    <message>
        <source>The field of the lots with the name of the 大字.</source>
        <translation>筆のデータで大字名の入った項目です。</translation>
    </message>
    <message>
        <source>The field of the lots with the 丁目, if it is apart.</source>
        <translation>丁目が別の項目にあるときの、その項目です。</translation>
    </message>
    <message>
        <source>The field of the lots with the 小字.</source>
        <translation>筆のデータで小字名の入った項目です。</translation>
    </message>
    <message>
        <source>The field of the pins with the lot number, in any spelling, with or without the place.</source>
        <translation>ピンの地番の項目です。書き方は問わず、所在が付いていてもかまいません。</translation>
    </message>
    <message>
        <source>The field of the pins with the 大字, if any.</source>
        <translation>大字が別にあるときの、ピンの大字の項目です。</translation>
    </message>
    <message>
        <source>The field of the register table that names the lot.</source>
        <translation>登記の表で筆を表す項目です。</translation>
    </message>
    <message>
        <source>The field of the register table with the land category.</source>
        <translation>登記の表で地目を表す項目です。</translation>
    </message>
    <message>
        <source>The field of the register table with the owner's key, never a name.</source>
        <translation>登記の表で所有者のキーが入った項目です（氏名ではありません）。</translation>
    </message>
    <message>
        <source>The field of the register table with the registered area.</source>
        <translation>登記の表で地積を表す項目です。</translation>
    </message>
    <message>
        <source>The field of the register with the lot number, in any spelling, with or without the place.</source>
        <translation>登記の表で地番の入った項目です。書き方は問わず、所在が付いていてもかまいません。</translation>
    </message>
    <message>
        <source>The field of the register with the 大字 or the whole place.</source>
        <translation>登記の表で大字、または所在の全体が入った項目です。</translation>
    </message>
    <message>
        <source>The field of the register with the 小字, if it is apart.</source>
        <translation>小字が別の項目にあるときの、登記の表の項目です。</translation>
    </message>
    <message>
        <source>The field that lists the numbers inside a lot of undetermined boundary (筆界未定).</source>
        <translation>筆界未定の筆に含まれる地番を並べた項目です。</translation>
    </message>
    <message>
        <source>The field that names each area of the other map.</source>
        <translation>重ねる図の区画を区別する項目です。</translation>
    </message>
    <message>
        <source>The field that names each lot.</source>
        <translation>筆を表す項目です。</translation>
    </message>
    <message>
        <source>The field that names each lot. Without it the row number of the layer is used.</source>
        <translation>筆を区別する項目です。なければ行番号を使います。</translation>
    </message>
    <message>
        <source>The field with the accuracy class (精度区分), which sets the tolerance of the area.</source>
        <translation>精度区分の項目です。面積の公差が決まります。</translation>
    </message>
    <message>
        <source>The field with the accuracy class (精度区分).</source>
        <translation>精度区分の項目です。</translation>
    </message>
    <message>
        <source>The field with the lot number people know (地番).</source>
        <translation>地番の項目です。</translation>
    </message>
    <message>
        <source>The field with the registered area (地積). Not needed when a register table is given.</source>
        <translation>登記された地積の項目です。登記の表を渡すときは要りません。</translation>
    </message>
    <message>
        <source>The field with the registered land category (地目). Roads and ditches are narrow by nature.</source>
        <translation>登記地目の項目です。道や水路は細くて当然とみなします。</translation>
    </message>
    <message>
        <source>The field with the share (1/2). Without shares that sum to one, equal shares are assumed.</source>
        <translation>持分（1/2 など）の項目です。合計が1にならなければ均等とみなします。</translation>
    </message>
    <message>
        <source>The field with the sheet or map a lot was drawn on (地図番号, 地図名). What does not fit between lots of different sheets is reported as a seam, and as less serious.</source>
        <translation>筆が載っている図面の項目（地図番号、地図名）。別の図面の筆どうしが合わない所は「図面の継ぎ目」として、重要度を下げて報告します。</translation>
    </message>
    <message>
        <source>The figures tell which part of a lot has higher plants than this.</source>
        <translation>筆のうち、これより草木の高い部分の割合を示します。</translation>
    </message>
    <message>
        <source>The figures told first are those of this year, or of the year nearest to it that is looked at.</source>
        <translation>最初に示す数字はこの年数のものです。計算しない年数なら、最も近いものを示します。</translation>
    </message>
    <message>
        <source>The file to write. A private file name is refused.</source>
        <translation>書き出すファイル。個人情報用のファイル名は使えません。</translation>
    </message>
    <message>
        <source>The finding in words</source>
        <translation>結果の文</translation>
    </message>
    <message>
        <source>The finding stays so in later checks. It can be taken up again.</source>
        <translation>次の点検でもこのままです。後から取り消せます。</translation>
    </message>
    <message>
        <source>The finding with its limits and the calibration plot, in both languages, to read and print.</source>
        <translation>結果と注意、較正図を両方の言語で書いたページです。読んで印刷できます。</translation>
    </message>
    <message>
        <source>The finding with its limits, in both languages, to read and print.</source>
        <translation>結果とその限界を日本語と英語で書いたページです。読んだり印刷したりできます。</translation>
    </message>
    <message>
        <source>The fitted distance, decay and weight as a rule for “Overlay harm to surroundings”. Without a positive association it is switched off.</source>
        <translation>あてはめた距離・減衰・重みを、「周りへの影響を調べる」の規則にしたものです。正の関連がなければ使わない設定になります。</translation>
    </message>
    <message>
        <source>The folder {path} cannot be made: {why}</source>
        <translation>フォルダー {path} を作れません（{why}）。</translation>
    </message>
    <message>
        <source>The frame of each map sheet (図郭) with scale, kind, material and dates.</source>
        <translation>図郭の枠と、縮尺・種類・分類・材質・年月日です。</translation>
    </message>
    <message>
        <source>The hamlets with their figures.</source>
        <translation>集落と、その数字。</translation>
    </message>
    <message>
        <source>The images are invented</source>
        <translation>画像は架空のもの</translation>
    </message>
    <message>
        <source>The interval of the forecast, told under the chart.</source>
        <translation>予測の幅。グラフの下に書きます。</translation>
    </message>
    <message>
        <source>The larger lot</source>
        <translation>広い筆</translation>
    </message>
    <message>
        <source>The largest lot beside it</source>
        <translation>隣で最も広い筆</translation>
    </message>
    <message>
        <source>The layer field_checks as it came back.</source>
        <translation>戻ってきたレイヤ field_checks です。</translation>
    </message>
    <message>
        <source>The least possible is {gap} less.</source>
        <translation>最小との差は{gap}です。</translation>
    </message>
    <message>
        <source>The limits follow from the costs in the settings.</source>
        <translation>しきい値は設定の費用から決まります。</translation>
    </message>
    <message>
        <source>The lines of the separate fences and of the joint one.</source>
        <translation>集落ごとの柵と共同の柵の線です。</translation>
    </message>
    <message>
        <source>The links drawn as shortest lines from lot to receptor.</source>
        <translation>筆から影響先への最短の線です。</translation>
    </message>
    <message>
        <source>The list could not be saved: {why}</source>
        <translation>一覧を保存できませんでした（{why}）</translation>
    </message>
    <message>
        <source>The lot of the better accuracy class, else the one with the longer common border</source>
        <translation>精度区分のよい筆（同じなら長く接する筆）</translation>
    </message>
    <message>
        <source>The lot with the longer common border</source>
        <translation>長く接する筆</translation>
    </message>
    <message>
        <source>The lot with the longest common border</source>
        <translation>最も長く接する筆</translation>
    </message>
    <message>
        <source>The lots are chosen whose visit settles most per hour. What is known already is left out.</source>
        <translation>1時間あたりで最も多くのことが分かる筆を選びます。すでに分かっている筆は除きます。</translation>
    </message>
    <message>
        <source>The lots of the map, in a plane coordinate system in metres.</source>
        <translation>図の筆です。平面直角座標系（メートル）の面のデータを選びます。</translation>
    </message>
    <message>
        <source>The lots of the map, to find the key of each row. Rows that fit none are kept.</source>
        <translation>行ごとの筆キーを見つけるための筆の図。どの筆にも合わない行も残します。</translation>
    </message>
    <message>
        <source>The lots of this kind with both probabilities and the set of what is possible.</source>
        <translation>この種類の土地に、2つの確率と「ありうる状態」を付けたものです。</translation>
    </message>
    <message>
        <source>The lots to check, one area per lot.</source>
        <translation>調べる筆のデータです。</translation>
    </message>
    <message>
        <source>The lots to repair, one area per lot.</source>
        <translation>修復する筆です。1筆に1つの面が必要です。</translation>
    </message>
    <message>
        <source>The lots with condition, probability, completeness, reasons, survey result and screening.</source>
        <translation>状態、確率、データの充足度、理由、調査結果、判定をつけた筆です。</translation>
    </message>
    <message>
        <source>The lots with forecast, truth and the error of both.</source>
        <translation>予測・実際の状態・それぞれの誤差のある筆。</translation>
    </message>
    <message>
        <source>The lots with owners, owners reached, the state hardest to settle and its next step.</source>
        <translation>筆ごとの所有者数、連絡がつく人数、最も難しい状態とその次の手続。</translation>
    </message>
    <message>
        <source>The lots with proposed class, reason, basis, certainty, and conflicts with laws.</source>
        <translation>区分の案、理由、根拠、確かさ、法律との不一致をつけた筆です。</translation>
    </message>
    <message>
        <source>The lots with the chance to be managed by scenario and year, its interval, and the main reason.</source>
        <translation>筆ごとに、場合と年数別の管理されている確率、その幅、主な理由。</translation>
    </message>
    <message>
        <source>The lots with treatment, cost and relief.</source>
        <translation>手入れ、費用、軽くなる影響をつけた筆です。</translation>
    </message>
    <message>
        <source>The lots, with lot_key, in coordinates in metres.</source>
        <translation>筆（lot_key を含む、メートル単位の座標）。</translation>
    </message>
    <message>
        <source>The map could not be changed. Nothing was changed.</source>
        <translation>図を変えられませんでした。何も変えていません。</translation>
    </message>
    <message>
        <source>The map did not come to rest. Repair it again with a smaller distance of points.</source>
        <translation>修復が収まりませんでした。合わせる点の距離を小さくして、もう一度実行してください。</translation>
    </message>
    <message>
        <source>The map is changed; save the edits to keep it.</source>
        <translation>図を変えました。残すには編集を保存してください。</translation>
    </message>
    <message>
        <source>The map of the lots is missing. Add it first.</source>
        <translation>筆の図がありません。先に追加してください。</translation>
    </message>
    <message>
        <source>The map says so, though the column is named otherwise. Please check.</source>
        <translation>図上の面積からの判断です。列の名前とは違います。確かめてください。</translation>
    </message>
    <message>
        <source>The map with its own columns.</source>
        <translation>元の列のままの地図。</translation>
    </message>
    <message>
        <source>The map, the numbers and the band are those of this scenario.</source>
        <translation>地図・数字・帯はこの場合のものです。</translation>
    </message>
    <message>
        <source>The maps lie in several zones ({zones}); all were converted to one.</source>
        <translation>地図の系が複数あります（{zones}系）。一つの系に変換しました。</translation>
    </message>
    <message>
        <source>The new map is there.</source>
        <translation>新しい図ができました。</translation>
    </message>
    <message>
        <source>The number the figures were made with. It is told below the table.</source>
        <translation>数字を作ったときの人数。表の下に書きます。</translation>
    </message>
    <message>
        <source>The numbers that come with the tool are assumptions. Enter those of your village.</source>
        <translation>はじめの数値は仮定です。地区の数値を入れてください。</translation>
    </message>
    <message>
        <source>The official area is not known, so the difference to it is unknown. Give the official area.</source>
        <translation>公的な面積が分からないため、差も分かりません。公的な面積を入れてください。</translation>
    </message>
    <message>
        <source>The older lot</source>
        <translation>古い筆</translation>
    </message>
    <message>
        <source>The one installed is too old. In a terminal run: sudo apt install libgeos-dev g++ python3-dev, then python3 -m pip install --user --break-system-packages --no-binary shapely {names}, and restart QGIS.</source>
        <translation>入っているものが古すぎます。端末で sudo apt install libgeos-dev g++ python3-dev を実行し、次に python3 -m pip install --user --break-system-packages --no-binary shapely {names} を実行して、QGIS を再起動してください。</translation>
    </message>
    <message>
        <source>The other map shows no boundaries of lots; nothing is changed.</source>
        <translation>他の地図は筆の境界を示すものではありません。データは何も変わりません。</translation>
    </message>
    <message>
        <source>The owner's answer for the chosen lot</source>
        <translation>選んだ筆の所有者の答え</translation>
    </message>
    <message>
        <source>The page to read and print.</source>
        <translation>読んで印刷するページです。</translation>
    </message>
    <message>
        <source>The part of a lot with higher plants than this counts as canopy. An assumption.</source>
        <translation>これより高い草木のある部分を樹冠とみなします。仮定です。</translation>
    </message>
    <message>
        <source>The parts of the village that get tables of their own.</source>
        <translation>表を分ける単位です。</translation>
    </message>
    <message>
        <source>The plan file (GeoPackage), instead of the layer.</source>
        <translation>レイヤの代わりに指定する計画ファイル（GeoPackage）。</translation>
    </message>
    <message>
        <source>The plan file. Choose the existing plan to update it.</source>
        <translation>計画のファイルです。今ある計画を選ぶと更新します。</translation>
    </message>
    <message>
        <source>The plan layer or the plan file made by “Save choices into the plan”.</source>
        <translation>「選択を計画に保存する」で作った計画（図またはファイル）です。</translation>
    </message>
    <message>
        <source>The plan layer, or a draft with the field management_class. Coordinates in metres.</source>
        <translation>計画のレイヤか、項目 management_class（管理の区分）のあるたたき台。座標はメートル単位。</translation>
    </message>
    <message>
        <source>The plan layer. Only the plan itself is copied, not its history.</source>
        <translation>計画のデータ。計画だけを写し、履歴は写しません。</translation>
    </message>
    <message>
        <source>The receptors from the same run of that tool.</source>
        <translation>同じ計算でできた影響先です。</translation>
    </message>
    <message>
        <source>The receptors from “Overlay harm to surroundings”, in metres; only farmland is used.</source>
        <translation>「周りへの影響を重ねる」でできた影響先です（メートルの座標系）。農地だけを使います。</translation>
    </message>
    <message>
        <source>The register rows with the key of their lot, for the other tools; personal columns are left out.</source>
        <translation>登記の行に筆キーを付けた表で、ほかの道具で使います。個人情報の列は入りません。</translation>
    </message>
    <message>
        <source>The register: one row per lot, or several where a lot has several owners.</source>
        <translation>登記の表です。1筆1行、共有の筆は複数行でもかまいません。</translation>
    </message>
    <message>
        <source>The result could not be opened: {path}</source>
        <translation>結果を開けませんでした: {path}</translation>
    </message>
    <message>
        <source>The result has fields of the same names, so these of the map are left out: {names}. To keep them, rename them and run again.</source>
        <translation>結果に同じ名前の項目があるため、地図のこの項目は結果に入りません: {names}。残すには、名前を変えてからもう一度実行してください。</translation>
    </message>
    <message>
        <source>The result of “Find unmanaged land”, in a coordinate system in metres.</source>
        <translation>「管理されていない土地を探す」の結果（メートル単位の座標系）です。</translation>
    </message>
    <message>
        <source>The result of “Find unmanaged land”, in a plane coordinate system in metres.</source>
        <translation>「管理されていない土地を探す」の結果です（メートル単位の平面座標系）。</translation>
    </message>
    <message>
        <source>The results so far; all their rows stay, and the accepted ones are added below.</source>
        <translation>これまでの結果です。すべての行を残し、採用した結果を下に加えます。</translation>
    </message>
    <message>
        <source>The rows in our fields, without names or addresses.</source>
        <translation>項目をそろえた行。氏名や住所は入りません。</translation>
    </message>
    <message>
        <source>The rule is in use. Check harm to surroundings again.</source>
        <translation>規則を使う設定にしました。周りへの影響をもう一度調べてください。</translation>
    </message>
    <message>
        <source>The rule table used for the harm to surroundings. Empty: the default.</source>
        <translation>周りへの影響に使った規則の表です。空なら標準の表を使います。</translation>
    </message>
    <message>
        <source>The rules could not be kept: {why}</source>
        <translation>規則を保存できませんでした: {why}</translation>
    </message>
    <message>
        <source>The rules the results were made with. Empty: those that come with the plugin.</source>
        <translation>結果を作ったときの規則の表。空欄ならプラグインに付属の規則です。</translation>
    </message>
    <message>
        <source>The run could not be recorded: {why}</source>
        <translation>実行の記録を残せませんでした: {why}</translation>
    </message>
    <message>
        <source>The same</source>
        <translation>同じ</translation>
    </message>
    <message>
        <source>The same number gives the same result, whatever the order of the lots.</source>
        <translation>同じ数なら、筆の並び順によらず同じ結果になります。</translation>
    </message>
    <message>
        <source>The same without public land (%)</source>
        <translation>公有地を除いた割合（%）</translation>
    </message>
    <message>
        <source>The scenario that is checked.</source>
        <translation>確かめる場合。</translation>
    </message>
    <message>
        <source>The sheet needs the map of the hamlets. Add it first.</source>
        <translation>集落の地図が必要です。先に追加してください。</translation>
    </message>
    <message>
        <source>The smaller lot</source>
        <translation>狭い筆</translation>
    </message>
    <message>
        <source>The smallest lot beside it</source>
        <translation>隣で最も狭い筆</translation>
    </message>
    <message>
        <source>The table cannot be opened again.</source>
        <translation>表を開き直せません。</translation>
    </message>
    <message>
        <source>The table could not be kept: {why}</source>
        <translation>表を保存できませんでした: {why}</translation>
    </message>
    <message>
        <source>The table could not be written: {why}</source>
        <translation>表を書き込めませんでした: {why}</translation>
    </message>
    <message>
        <source>The table of decisions could not be written ({why}). It is kept with the project.</source>
        <translation>判断の表を書き込めませんでした（{why}）。プロジェクトに残しています。</translation>
    </message>
    <message>
        <source>The table of decisions that an earlier run or the review wrote. Decisions are kept.</source>
        <translation>前の照合や確認で書かれた決定の表です。決定は引き継がれます。</translation>
    </message>
    <message>
        <source>The table of links from the same run of that tool.</source>
        <translation>同じ計算でできたつながりの表です。</translation>
    </message>
    <message>
        <source>The tool {id} is not there. Install the plugin again.</source>
        <translation>道具 {id} がありません。プラグインを入れ直してください。</translation>
    </message>
    <message>
        <source>The treatment_id of the table: mow_1, mow_2, graze, thin, plant, buffer_5, buffer_10, return_forest.</source>
        <translation>表の treatment_id です: mow_1、mow_2、graze、thin、plant、buffer_5、buffer_10、return_forest。</translation>
    </message>
    <message>
        <source>The truth is what a survey found. Without it the screening of images counts as truth as well.</source>
        <translation>調査の結果だけを正しい状態とします。外すと、画像などからの判定も正しいものとして数えます。</translation>
    </message>
    <message>
        <source>The two questions</source>
        <translation>2つの問い</translation>
    </message>
    <message>
        <source>The unit in which the registered areas are written.</source>
        <translation>登記面積が書かれている単位です。</translation>
    </message>
    <message>
        <source>The values name it.</source>
        <translation>値に書かれています。</translation>
    </message>
    <message>
        <source>The weight table with the learnt weights, to give to “Find unmanaged land”.</source>
        <translation>学習した重みを入れた表です。「管理されていない土地を探す」に渡せます。</translation>
    </message>
    <message>
        <source>The weights are in use. Check the condition of land again.</source>
        <translation>重みを使うようにしました。土地の状態をもう一度調べてください。</translation>
    </message>
    <message>
        <source>The weights could not be kept: {why}</source>
        <translation>重みを保存できません: {why}</translation>
    </message>
    <message>
        <source>The weights of this kind of land are learnt; the others stay.</source>
        <translation>この種類の土地の重みだけを学習します。ほかは変わりません。</translation>
    </message>
    <message>
        <source>The year the plan looks to, printed on the map. Empty: as it was.</source>
        <translation>計画の目標年で、管理構想図に印刷します。空欄なら前のままです。</translation>
    </message>
    <message>
        <source>Then each finding is new or open, those that are gone are added as cured, and what was left as it is stays so.</source>
        <translation>指摘ごとに新しいか未対応かを示し、なくなった指摘は「直った」として加えます。直さないとしたものはそのままです。</translation>
    </message>
    <message>
        <source>Then nobody suffers more than can be borne.</source>
        <translation>これで、許容を超える影響を受ける先はなくなります。</translation>
    </message>
    <message>
        <source>There is no file {path}. Choose a land registry map (.xml, .zip).</source>
        <translation>ファイル{path}がありません。地図XML（.xml、.zip）を選んでください。</translation>
    </message>
    <message>
        <source>There is no folder {path}. Choose another one.</source>
        <translation>フォルダ{path}がありません。選び直してください。</translation>
    </message>
    <message>
        <source>There is no lot here.</source>
        <translation>ここに土地はありません。</translation>
    </message>
    <message>
        <source>There is no lot, house or field here.</source>
        <translation>ここには筆・家屋・農地がありません。</translation>
    </message>
    <message>
        <source>There is no plan yet. Make a draft and decide in step 2.</source>
        <translation>まだ計画がありません。ステップ2で案を作り、決めてください。</translation>
    </message>
    <message>
        <source>There is no unmanaged lot here.</source>
        <translation>ここには管理されていない土地がありません。</translation>
    </message>
    <message>
        <source>These settings are for another kind of table.</source>
        <translation>これは別の種類の表の設定です。</translation>
    </message>
    <message>
        <source>This file does not fit “{tile}”. Pick another tile or file.</source>
        <translation>このファイルは「{tile}」ではないようです。別の種類かファイルを選んでください。</translation>
    </message>
    <message>
        <source>This one is needed</source>
        <translation>この列が必要です</translation>
    </message>
    <message>
        <source>This tool needs the Python package {names}, which this QGIS does not have.</source>
        <translation>この道具には Python パッケージ {names} が必要ですが、この QGIS にはありません。</translation>
    </message>
    <message>
        <source>Tick the rules that count in your village. Discuss what is only assumed.</source>
        <translation>この地域で数える規則に印を付けます。「仮定」は話し合って決めてください。</translation>
    </message>
    <message>
        <source>Time for the exact search (s)</source>
        <translation>厳密に探す時間（秒）</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>題名</translation>
    </message>
    <message>
        <source>Title of the plan</source>
        <translation>計画の名前</translation>
    </message>
    <message>
        <source>To check</source>
        <translation>確かめる</translation>
    </message>
    <message>
        <source>To fix first</source>
        <translation>先に直す</translation>
    </message>
    <message>
        <source>To review</source>
        <translation>要確認</translation>
    </message>
    <message>
        <source>To review {n}</source>
        <translation>要確認 {n}</translation>
    </message>
    <message>
        <source>Today {now} ha are managed; {same} ha if everything stayed as it is.</source>
        <translation>今は {now} ha が手入れされています。今の人手が続けば {same} ha です。</translation>
    </message>
    <message>
        <source>Tolerance (m)</source>
        <translation>許容差（m）</translation>
    </message>
    <message>
        <source>Treated lots</source>
        <translation>手入れする土地</translation>
    </message>
    <message>
        <source>Treatment</source>
        <translation>手入れ</translation>
    </message>
    <message>
        <source>Trusted accuracy classes</source>
        <translation>信頼する精度区分</translation>
    </message>
    <message>
        <source>Trusted lots always keep it. The older lot is told by the field for the age.</source>
        <translation>信頼する筆が必ず優先します。古い筆は「筆の古さの項目」で決まります。</translation>
    </message>
    <message>
        <source>Try relief</source>
        <translation>手入れを試す</translation>
    </message>
    <message>
        <source>Turns each ditch so that it runs from its higher to its lower end.</source>
        <translation>水路を、高い端から低い端へ流れる向きにそろえます。</translation>
    </message>
    <message>
        <source>Turns patrol results (green, yellow, red; class 1 and 2; A and B), eMAFF results and intentions, years since registration, owner state, end of leases and succession into evidence per lot. Ages never leave: only whether someone goes on. What a table does not say gives no row.</source>
        <translation>農地パトロールの結果（緑・黄・赤、1号・2号、A・B）、eMAFFの結果と意向、登記からの年数、所有者の状況、権利の終期、後継ぎを、筆ごとの根拠にします。年齢は出さず、後を継ぐ人がいるかどうかだけを示します。表にないことの行は作りません。</translation>
    </message>
    <message>
        <source>Two questions give a first proposal. You decide.</source>
        <translation>2つの問いから案を作ります。決めるのは皆さんです。</translation>
    </message>
    <message>
        <source>Unchanged units</source>
        <translation>変わらない区画</translation>
    </message>
    <message>
        <source>Understand</source>
        <translation>知る</translation>
    </message>
    <message>
        <source>Understand the land first</source>
        <translation>先に土地のことを知る</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>元に戻す</translation>
    </message>
    <message>
        <source>Undo last click</source>
        <translation>1つ戻す</translation>
    </message>
    <message>
        <source>Undo: {what}</source>
        <translation>元に戻す: {what}</translation>
    </message>
    <message>
        <source>Unfenced fields within this distance. An assumption.</source>
        <translation>この距離までの柵のない農地へ移ります。仮定です。</translation>
    </message>
    <message>
        <source>Unit in which the areas were read</source>
        <translation>面積を読んだ単位</translation>
    </message>
    <message>
        <source>Unit of the areas</source>
        <translation>面積の単位</translation>
    </message>
    <message>
        <source>Unit of the registered area</source>
        <translation>登記面積の単位</translation>
    </message>
    <message>
        <source>Unmanaged for so many years</source>
        <translation>管理されていない年数（以上）</translation>
    </message>
    <message>
        <source>Unmanaged lots with burden</source>
        <translation>管理されていない土地と周りへの影響</translation>
    </message>
    <message>
        <source>Unmanaged?</source>
        <translation>未管理？</translation>
    </message>
    <message>
        <source>Up to date: {names}</source>
        <translation>今の計画と同じもの: {names}</translation>
    </message>
    <message>
        <source>Updated units</source>
        <translation>更新した区画</translation>
    </message>
    <message>
        <source>Use saved column settings…</source>
        <translation>保存した列の設定を使う…</translation>
    </message>
    <message>
        <source>Use the new map from now on</source>
        <translation>今後は新しい図を使う</translation>
    </message>
    <message>
        <source>Use the rule found</source>
        <translation>見つかった規則を使う</translation>
    </message>
    <message>
        <source>Use the weights learnt</source>
        <translation>学習した重みを使う</translation>
    </message>
    <message>
        <source>Used for lots without an accuracy class; findings then say that it is an assumption.</source>
        <translation>精度区分のない筆に使います。指摘には仮定であることを書きます。</translation>
    </message>
    <message>
        <source>Used only without hamlets: lots are grouped into so many parts by their place.</source>
        <translation>集落がない場合だけ使います。土地を場所でこの数の区画に分けます。</translation>
    </message>
    <message>
        <source>Vacancy survey</source>
        <translation>空き家調査</translation>
    </message>
    <message>
        <source>Values that make a lot a source</source>
        <translation>影響元とする値</translation>
    </message>
    <message>
        <source>Vegetation height</source>
        <translation>草木の高さ</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>判定</translation>
    </message>
    <message>
        <source>Verdict (skill, none or worse)</source>
        <translation>判定（skill, none, worse）</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版</translation>
    </message>
    <message>
        <source>Village</source>
        <translation>地区</translation>
    </message>
    <message>
        <source>Village or district</source>
        <translation>村または地区</translation>
    </message>
    <message>
        <source>Wait until this is done</source>
        <translation>終わるまでお待ちください</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>順番待ち</translation>
    </message>
    <message>
        <source>Waiting for the reviewer</source>
        <translation>点検待ち</translation>
    </message>
    <message>
        <source>Walk {n}: {lots} lots, {hours} h, takes away {gain} of {loss} expected loss.</source>
        <translation>コース{n}: {lots}筆、{hours}時間、見込み損失 {loss} のうち {gain} が減ります。</translation>
    </message>
    <message>
        <source>Walks</source>
        <translation>コース</translation>
    </message>
    <message>
        <source>Watch only is not proposed nearer to a house. An assumption.</source>
        <translation>これより家屋に近い土地には見守りを提案しません。仮定です。</translation>
    </message>
    <message>
        <source>Water sources and canals</source>
        <translation>水源と水路</translation>
    </message>
    <message>
        <source>Water use</source>
        <translation>水道の使用量</translation>
    </message>
    <message>
        <source>Ways off roads by the straight line times this.</source>
        <translation>道のない所は、直線の長さにこれを掛けます。</translation>
    </message>
    <message>
        <source>Web page (*.html)</source>
        <translation>Webページ (*.html)</translation>
    </message>
    <message>
        <source>Weighs what is known about each lot and says whether it is likely managed, likely unmanaged, or cannot be told. Every table and image is optional; what is missing adds nothing. A farm patrol result overrides the screening, and both are kept. The result is a guide for field visits, not a statement about the land: please check on the ground.</source>
        <translation>筆ごとに分かっていることを重みづけし、管理されている可能性、管理されていない可能性、判断できない、のどれかを示します。表や画像はどれもなくてもかまいません。ないものは判断に加えません。農地パトロールの結果があれば優先し、両方を残します。結果は現地確認の目安です。現地で確かめてください。</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>重み</translation>
    </message>
    <message>
        <source>Weight table</source>
        <translation>重みの表</translation>
    </message>
    <message>
        <source>Weight {weight}</source>
        <translation>重み {weight}</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>重み</translation>
    </message>
    <message>
        <source>Weights for the condition of land</source>
        <translation>土地の状態の重み</translation>
    </message>
    <message>
        <source>Weights learnt</source>
        <translation>学習した重み</translation>
    </message>
    <message>
        <source>Weights tested</source>
        <translation>試した重み</translation>
    </message>
    <message>
        <source>Weights: {title}</source>
        <translation>重み: {title}</translation>
    </message>
    <message>
        <source>Wetness (NDWI)</source>
        <translation>水分（NDWI）</translation>
    </message>
    <message>
        <source>What can be borne, effects and costs are assumptions until the village sets them.</source>
        <translation>許容の値・効果・費用は、地区で決めるまで仮定です。</translation>
    </message>
    <message>
        <source>What changes for each lot</source>
        <translation>筆ごとの変化</translation>
    </message>
    <message>
        <source>What counts as harm here?</source>
        <translation>ここでは何を影響と数えますか</translation>
    </message>
    <message>
        <source>What did the owner answer?</source>
        <translation>所有者の答えは何でしたか。</translation>
    </message>
    <message>
        <source>What do you have?</source>
        <translation>何をお持ちですか</translation>
    </message>
    <message>
        <source>What does care cost, and how much does it help?</source>
        <translation>手入れの費用と効果はどのくらいですか</translation>
    </message>
    <message>
        <source>What does it show?</source>
        <translation>何を表していますか</translation>
    </message>
    <message>
        <source>What each kind of care costs and how much it helps</source>
        <translation>手入れごとの費用と、どれだけ役に立つか</translation>
    </message>
    <message>
        <source>What fences keep off, cost and last are assumptions; see the table.</source>
        <translation>柵の効果・費用・寿命は仮定です。表をご覧ください。</translation>
    </message>
    <message>
        <source>What harm?</source>
        <translation>どんな影響ですか</translation>
    </message>
    <message>
        <source>What holds it off, and how much passes</source>
        <translation>さえぎるものと、通る割合</translation>
    </message>
    <message>
        <source>What is known</source>
        <translation>手がかり</translation>
    </message>
    <message>
        <source>What is possible</source>
        <translation>ありうる状態</translation>
    </message>
    <message>
        <source>What is worth doing?</source>
        <translation>何をするとよいか</translation>
    </message>
    <message>
        <source>What should be repaired?</source>
        <translation>何を直しますか。</translation>
    </message>
    <message>
        <source>What speaks for and against, and how strongly</source>
        <translation>何を手がかりに、どれほど強く見るか</translation>
    </message>
    <message>
        <source>What speaks for and against?</source>
        <translation>何を手がかりに判断しますか</translation>
    </message>
    <message>
        <source>What suffers</source>
        <translation>影響を受けるもの</translation>
    </message>
    <message>
        <source>What the answer should need as little of as possible.</source>
        <translation>できるだけ少なくするものを選びます。</translation>
    </message>
    <message>
        <source>What the coordinates stand on. The files do not say it: newer maps are in JGD2011, maps not changed since before 2011 may be in JGD2000. Coordinates are not shifted.</source>
        <translation>座標のもとになる測地系です。ファイルには書かれていません。新しい地図はJGD2011（世界測地系2011）、2011年より前から直していない地図はJGD2000のことがあります。座標はずらしません。</translation>
    </message>
    <message>
        <source>What the data are used as</source>
        <translation>データの使いみち</translation>
    </message>
    <message>
        <source>What the forecast had to do without</source>
        <translation>予測に使えなかったもの</translation>
    </message>
    <message>
        <source>What to look at</source>
        <translation>注意点</translation>
    </message>
    <message>
        <source>What was noticed: file, row, column, value, whether the row was set aside, and why.</source>
        <translation>気づいたことの一覧です。ファイル、行、列、値、使わなかったかどうか、その理由が入ります。</translation>
    </message>
    <message>
        <source>What was read, kept and set aside</source>
        <translation>読んだ行・使う行・除いた行</translation>
    </message>
    <message>
        <source>What was read, kept and set aside and why, with coordinate system, date and state of the shapes.</source>
        <translation>読んだもの、使うもの、除いたものとその理由、座標系、時点、形の状態です。</translation>
    </message>
    <message>
        <source>What was read, kept and set aside, and what to look at.</source>
        <translation>読んだ行・使う行・除いた行と、確かめること。</translation>
    </message>
    <message>
        <source>What was read, kept and set aside; coordinate system, datum, encoding, date, repeated keys, state of the shapes, and what to look at.</source>
        <translation>読んだ行・使う行・除いた行、座標系、測地系、文字コード、時点、重複、図形の状態、確かめることの一覧。</translation>
    </message>
    <message>
        <source>When choosing lots, relief counts only down to this exposure. 0: all relief counts.</source>
        <translation>筆を選ぶとき、この値まで軽くなる分だけを数えます。0ならすべて数えます。</translation>
    </message>
    <message>
        <source>Where a lot has a point on the border of its neighbour, the neighbour gets the point as well.</source>
        <translation>隣の筆の境界の上に点があるとき、隣の筆にもその点を加えます。</translation>
    </message>
    <message>
        <source>Where a lot would lose more of its area to a neighbour, the overlap is left for people to decide.</source>
        <translation>隣の筆にこれより多くの面積を失うときは、重なりを残し、人の判断に任せます。</translation>
    </message>
    <message>
        <source>Where harm may come from</source>
        <translation>影響のもとになりうる筆</translation>
    </message>
    <message>
        <source>Where it was decided, for example “Workshop 2”. Empty: as the rows say.</source>
        <translation>決めた場です（例: 第2回ワークショップ）。空欄なら各行のとおりです。</translation>
    </message>
    <message>
        <source>Where records could be</source>
        <translation>記録がありうる所</translation>
    </message>
    <message>
        <source>Where records were collected. Without it, all lots. Needed for “Everywhere in the study area”.</source>
        <translation>記録を集めた範囲です。なければすべての土地です。「対象範囲のどこでも」を選ぶときは必要です。</translation>
    </message>
    <message>
        <source>Where the effect ends, or half of it is left (exponential). Separated by “;”.</source>
        <translation>影響が届く距離、または半分になる距離（指数）です。「;」で区切ります。</translation>
    </message>
    <message>
        <source>Where the village has surveyed lots, fits the weights of the evidence to its own survey and tells, hamlet by hamlet left out, whether they are better than the weights used until now and than simple rules. Writes a weight table that “Find unmanaged land” takes; nothing changes until you give it to that tool. Refuses below 30 surveyed lots of each class or 5 hamlets.</source>
        <translation>調査した土地がある地域で、根拠の重みを地域の調査に合わせます。集落を1つずつ除いて確かめ、これまでの重みや単純な方法より良いかを示します。「管理されていない土地を探す」に渡せる重みの表を書き出します。その道具に渡すまで何も変わりません。それぞれ30筆または5集落に満たない場合は学習しません。</translation>
    </message>
    <message>
        <source>Where the walks begin and end. Empty: the middle of the houses, else of the lots.</source>
        <translation>コースの始まりと終わりです。空なら家屋の中ほど、なければ筆の中ほどです。</translation>
    </message>
    <message>
        <source>Where this is known from</source>
        <translation>よりどころ（出典など）</translation>
    </message>
    <message>
        <source>Which data should be used?</source>
        <translation>どのデータを使いますか。</translation>
    </message>
    <message>
        <source>Which lots are right and must not change?</source>
        <translation>正しいので動かさない筆はどれですか。</translation>
    </message>
    <message>
        <source>Which lots relieve most for this limit, with the treatment chosen above</source>
        <translation>上で選んだ手入れをこの範囲で行うとき、影響が最も軽くなる筆を探します</translation>
    </message>
    <message>
        <source>Which lots to visit next, as walks with a sheet to print</source>
        <translation>次に見に行く筆を、印刷用の用紙つきのコースにします</translation>
    </message>
    <message>
        <source>Which pins have the same cultivator, by a number of our own. Keep it in the private folder.</source>
        <translation>同じ耕作者のピンが独自の番号で分かります。個人用のフォルダに置いてください。</translation>
    </message>
    <message>
        <source>Which results are right?</source>
        <translation>正しい結果はどれですか。</translation>
    </message>
    <message>
        <source>Which way?</source>
        <translation>届き方</translation>
    </message>
    <message>
        <source>Who accepts or rejects, for example “farm committee office”. A role is enough.</source>
        <translation>採用・不採用を決める人です。例: 農業委員会事務局。役割だけでかまいません。</translation>
    </message>
    <message>
        <source>Who answers for the map, such as the village and the office.</source>
        <translation>図に責任を持つ人。地区や担当課など。</translation>
    </message>
    <message>
        <source>Who burdens it? {name}</source>
        <translation>ここが受ける影響（{name}）</translation>
    </message>
    <message>
        <source>Who burdens whom across hamlets and across land kinds.</source>
        <translation>集落や地目をまたいで、どこからどこへ影響しているかを示します。</translation>
    </message>
    <message>
        <source>Who decided, for all rows. Rows that do not say count as draft.</source>
        <translation>すべての行に使う、決めた人です。書かれていない行は「たたき台」とします。</translation>
    </message>
    <message>
        <source>Who decided? (office or role, no names)</source>
        <translation>誰が決めましたか（部署や役職、氏名は書かない）</translation>
    </message>
    <message>
        <source>Who decides (office)</source>
        <translation>決める人（係名）</translation>
    </message>
    <message>
        <source>Who gets the land of a gap</source>
        <translation>すき間の土地を加える筆</translation>
    </message>
    <message>
        <source>Who is affected by which lot</source>
        <translation>どの筆がどこに影響するか</translation>
    </message>
    <message>
        <source>Who is still over the threshold</source>
        <translation>許容を超える影響先</translation>
    </message>
    <message>
        <source>Who keeps the land of an overlap</source>
        <translation>重なった土地を残す筆</translation>
    </message>
    <message>
        <source>Who still suffers</source>
        <translation>なお影響を受ける先</translation>
    </message>
    <message>
        <source>Who would be relieved</source>
        <translation>影響が軽くなる先</translation>
    </message>
    <message>
        <source>Whole years from now, separated by commas, at most 60.</source>
        <translation>今から何年後かを整数で、コンマで区切って入れます（60年まで）。</translation>
    </message>
    <message>
        <source>Whom does it burden? {name}</source>
        <translation>この土地の影響（{name}）</translation>
    </message>
    <message>
        <source>Whom does it reach?</source>
        <translation>だれ・何に届くか</translation>
    </message>
    <message>
        <source>Whom each lot may burden</source>
        <translation>影響の流れ</translation>
    </message>
    <message>
        <source>Why can it stay as it is?</source>
        <translation>直さなくてよい理由は何ですか。</translation>
    </message>
    <message>
        <source>Why this lot?</source>
        <translation>なぜこの判定？</translation>
    </message>
    <message>
        <source>Wider gaps stay: they may be an unnumbered path or ditch (an unnumbered path is about 0.9 m wide).</source>
        <translation>これより広いすき間は残します。無番地の道（里道、幅およそ0.9 m）や水路かもしれないためです。</translation>
    </message>
    <message>
        <source>Width of narrow lots (m)</source>
        <translation>細い筆の幅（m）</translation>
    </message>
    <message>
        <source>Width of open strips (m)</source>
        <translation>外へ開いたすき間の幅（m）</translation>
    </message>
    <message>
        <source>Width of spikes (m)</source>
        <translation>とげの幅（m）</translation>
    </message>
    <message>
        <source>Width of the ring (m)</source>
        <translation>周りの幅（m）</translation>
    </message>
    <message>
        <source>With the field source_kind: spring, valley, pond, river, well or none; within 50 m of the lot.</source>
        <translation>項目 source_kind（spring 湧水、valley 沢、pond ため池、river 河川、well 井戸、none なし）が必要です。筆から50 m以内を見ます。</translation>
    </message>
    <message>
        <source>Won</source>
        <translation>増えた</translation>
    </message>
    <message>
        <source>Word of the rules in small Latin letters, for example boar, bear or monkey.</source>
        <translation>規則で使う英小文字の語です（boar、bear、monkey など）。</translation>
    </message>
    <message>
        <source>Words for land cover numbers</source>
        <translation>土地被覆の番号の意味</translation>
    </message>
    <message>
        <source>Working…</source>
        <translation>計算しています…</translation>
    </message>
    <message>
        <source>Workshop</source>
        <translation>ワークショップ</translation>
    </message>
    <message>
        <source>Workshop map</source>
        <translation>話し合い用の地図</translation>
    </message>
    <message>
        <source>Worst severity (error, warning, note, ok)</source>
        <translation>最も重い重要度（error・warning・note・ok）</translation>
    </message>
    <message>
        <source>Would relieve nobody.</source>
        <translation>軽くなる先はありません。</translation>
    </message>
    <message>
        <source>Would relieve {who}.</source>
        <translation>{who}への影響が軽くなる見込みです。</translation>
    </message>
    <message>
        <source>Write a reason (e.g. shared grazing)</source>
        <translation>理由を書く（例: 共同で放牧）</translation>
    </message>
    <message>
        <source>Write fence, river or road, then the part that passes: fence=0 nothing, river=0.5 half.</source>
        <translation>さえぎるもの（柵・川・道）と、通る割合を書きます。柵=0 は通さない、川=0.5 は半分です。</translation>
    </message>
    <message>
        <source>Writes a copy of the plan and of chosen layers that may be made public. Keys, notes and classes of owners are left out. It writes nothing at all when a layer is private, has a column with personal data by its name or by what is in it, or tells about fewer owners than the smallest number. It finds known names and addresses, phone numbers, mail addresses, ages and dates of birth; a name that nobody has listed can stay unseen, so please look over the copy.</source>
        <translation>計画と選んだデータの、公開できる写しを作ります。所有者のキー、メモ、所有者の区分は外します。個人情報のデータ、名前や中身が個人情報の項目、最少人数に満たない所有者の区域があるときは、何も書き出しません。一覧にある氏名と住所、電話番号、メールアドレス、年齢、生年月日を見つけます。一覧にない氏名は見つけられないことがあります。写しを目で確かめてください。</translation>
    </message>
    <message>
        <source>Writes choices into the municipal plan (a GeoPackage file). A new file is made; an existing plan is updated, never replaced. A draft does not replace what people decided, unless you say so. Every change is kept in the file's history. A choice against a special law is kept and marked as a conflict. The plan holds no names: say who wrote as a role only.</source>
        <translation>選択を市町村の計画（GeoPackage ファイル）に書き込みます。ファイルがなければ作り、今ある計画は置き換えずに更新します。指定しないかぎり、たたき台が人の決定を置き換えることはありません。変更はすべてファイルの中の履歴に残ります。法律の方向と合わない選択は、そのまま残して「不一致」と示します。計画に人の名前は入りません。書いた人は役割だけを書いてください。</translation>
    </message>
    <message>
        <source>Writing the plan…</source>
        <translation>計画に書いています…</translation>
    </message>
    <message>
        <source>Written by (role)</source>
        <translation>書いた人（役割）</translation>
    </message>
    <message>
        <source>X points north</source>
        <translation>Xは北向き</translation>
    </message>
    <message>
        <source>Year of today</source>
        <translation>今の年</translation>
    </message>
    <message>
        <source>Year the plan looks ahead to. Left empty: from the plan.</source>
        <translation>計画が見通す年。空欄なら計画から取ります。</translation>
    </message>
    <message>
        <source>Years ahead</source>
        <translation>何年後</translation>
    </message>
    <message>
        <source>Years are counted as of {day}.</source>
        <translation>年数は {day} を基準に数えます。</translation>
    </message>
    <message>
        <source>Years between the dates</source>
        <translation>間の年数</translation>
    </message>
    <message>
        <source>Yen a year, 10 a</source>
        <translation>円（年・10 a）</translation>
    </message>
    <message>
        <source>Yen or hours beyond watching</source>
        <translation>見守りに加えて必要な費用または時間</translation>
    </message>
    <message>
        <source>Yen or hours that nothing can undercut</source>
        <translation>これより少なくはできない費用または時間</translation>
    </message>
    <message>
        <source>Yen per metre of fence</source>
        <translation>柵1mの費用（円）</translation>
    </message>
    <message>
        <source>Yen per year in all</source>
        <translation>年間の費用の合計（円）</translation>
    </message>
    <message>
        <source>Yen there are per year</source>
        <translation>1年に使える費用（円）</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>はい</translation>
    </message>
    <message>
        <source>You can add it later</source>
        <translation>あとで足せます</translation>
    </message>
    <message>
        <source>You can keep working.</source>
        <translation>ほかの作業を続けられます。</translation>
    </message>
    <message>
        <source>Your own rules, in the columns of resources/catalogues/externality_rules.csv. Empty: that file.</source>
        <translation>独自の規則の表です。列は resources/catalogues/externality_rules.csv と同じです。空ならそのファイルを使います。</translation>
    </message>
    <message>
        <source>Your own steps, in the columns of resources/catalogues/owner_steps.csv. Empty: that file.</source>
        <translation>手続の表（列は resources/catalogues/owner_steps.csv と同じ）。空ならそのファイルを使います。</translation>
    </message>
    <message>
        <source>Your own table, in the columns of resources/catalogues/{file}. Empty: that file.</source>
        <translation>自分の表（resources/catalogues/{file} と同じ列）。空欄ならそのファイル。</translation>
    </message>
    <message>
        <source>Your own weights, in the columns of resources/catalogues/condition_weights.csv. Empty: that file.</source>
        <translation>独自の重みの表です。列は resources/catalogues/condition_weights.csv と同じです。空ならそのファイルを使います。</translation>
    </message>
    <message>
        <source>Your word</source>
        <translation>決定</translation>
    </message>
    <message>
        <source>Your word about lot {lot}</source>
        <translation>地番 {lot} の決定</translation>
    </message>
    <message>
        <source>Zone of the plane rectangular system</source>
        <translation>平面直角座標系の系番号</translation>
    </message>
    <message>
        <source>Zone {number}</source>
        <translation>第{number}系</translation>
    </message>
    <message>
        <source>Zones by law</source>
        <translation>法律の区域</translation>
    </message>
    <message>
        <source>Zones set by law</source>
        <translation>法律で決まった区域</translation>
    </message>
    <message>
        <source>Zones with kind (agri_zone, protection_forest, slope_red).</source>
        <translation>kind（agri_zone 農用地区域、protection_forest 保安林、slope_red 土砂災害特別警戒区域）のある区域です。</translation>
    </message>
    <message>
        <source>Zones with phenomenon (slope, debris, landslide, flood).</source>
        <translation>phenomenon（slope 急傾斜、debris 土石流、landslide 地すべり、flood 洪水）のある区域です。</translation>
    </message>
    <message>
        <source>Zoom to it</source>
        <translation>その場所を見る</translation>
    </message>
    <message>
        <source>a (100 m²)</source>
        <translation>a（アール）</translation>
    </message>
    <message>
        <source>acre</source>
        <translation>エーカー</translation>
    </message>
    <message>
        <source>all other harm</source>
        <translation>その他の影響</translation>
    </message>
    <message>
        <source>and {n} more</source>
        <translation>ほか{n}件</translation>
    </message>
    <message>
        <source>ares</source>
        <translation>アール</translation>
    </message>
    <message>
        <source>assumption</source>
        <translation>仮定</translation>
    </message>
    <message>
        <source>available per 100 h needed</source>
        <translation>必要な作業100時間に対し</translation>
    </message>
    <message>
        <source>cho (9,917 m²)</source>
        <translation>町</translation>
    </message>
    <message>
        <source>direction published</source>
        <translation>向きは文献</translation>
    </message>
    <message>
        <source>e.g. 2025-01</source>
        <translation>例: 2025-01</translation>
    </message>
    <message>
        <source>e.g. fence=0;river=0.5</source>
        <translation>例: 柵=0;川=0.5</translation>
    </message>
    <message>
        <source>eMAFF farmland data</source>
        <translation>eMAFF農地ナビのデータ</translation>
    </message>
    <message>
        <source>entries without a lot</source>
        <translation>筆のない登記</translation>
    </message>
    <message>
        <source>fields affected</source>
        <translation>影響を受ける田畑</translation>
    </message>
    <message>
        <source>findings</source>
        <translation>指摘</translation>
    </message>
    <message>
        <source>for example: farm committee office</source>
        <translation>例: 農業委員会事務局</translation>
    </message>
    <message>
        <source>forest</source>
        <translation>森林</translation>
    </message>
    <message>
        <source>from (ha)</source>
        <translation>下限（ha）</translation>
    </message>
    <message>
        <source>hectares</source>
        <translation>ヘクタール</translation>
    </message>
    <message>
        <source>homes in reach</source>
        <translation>影響が届く家</translation>
    </message>
    <message>
        <source>hours a year</source>
        <translation>時間（年）</translation>
    </message>
    <message>
        <source>hours per year</source>
        <translation>年間の作業時間</translation>
    </message>
    <message>
        <source>houses</source>
        <translation>家屋</translation>
    </message>
    <message>
        <source>if no lot loses more than</source>
        <translation>1筆が失ってよい上限</translation>
    </message>
    <message>
        <source>invented data</source>
        <translation>架空のデータ</translation>
    </message>
    <message>
        <source>learnt here</source>
        <translation>地域の調査</translation>
    </message>
    <message>
        <source>local opinion</source>
        <translation>地域の意見</translation>
    </message>
    <message>
        <source>lot {numbers}</source>
        <translation>筆 {numbers}</translation>
    </message>
    <message>
        <source>lots</source>
        <translation>筆</translation>
    </message>
    <message>
        <source>lots checked</source>
        <translation>調べた筆</translation>
    </message>
    <message>
        <source>lots · {ha} ha</source>
        <translation>筆・{ha} ha</translation>
    </message>
    <message>
        <source>main sources</source>
        <translation>主な発生元</translation>
    </message>
    <message>
        <source>managed ({low} to {high})</source>
        <translation>手入れが続く（{low}〜{high}）</translation>
    </message>
    <message>
        <source>managed {marks}</source>
        <translation>管理あり {marks}</translation>
    </message>
    <message>
        <source>need a surveyor</source>
        <translation>調査士が必要</translation>
    </message>
    <message>
        <source>no</source>
        <translation>いいえ</translation>
    </message>
    <message>
        <source>no lot is near ({n})</source>
        <translation>近くに筆がない（{n}件）</translation>
    </message>
    <message>
        <source>no lot nearby has the number ({n})</source>
        <translation>近くに同じ地番の筆がない（{n}件）</translation>
    </message>
    <message>
        <source>no place ({n})</source>
        <translation>位置がない（{n}件）</translation>
    </message>
    <message>
        <source>no reason given</source>
        <translation>書いていません</translation>
    </message>
    <message>
        <source>not counted</source>
        <translation>数えない</translation>
    </message>
    <message>
        <source>not set</source>
        <translation>未設定</translation>
    </message>
    <message>
        <source>nothing known</source>
        <translation>情報なし</translation>
    </message>
    <message>
        <source>of the same day or later: decide by name</source>
        <translation>同じ日かより新しい結果です。個別に決めてください</translation>
    </message>
    <message>
        <source>of {n} lots have an entry</source>
        <translation>{n} 筆のうち登記あり</translation>
    </message>
    <message>
        <source>on a border and no number decides ({n})</source>
        <translation>境界の上にあり、地番でも決められない（{n}件）</translation>
    </message>
    <message>
        <source>or enter its number</source>
        <translation>または番号を入力</translation>
    </message>
    <message>
        <source>outside all lots without a number that can be read ({n})</source>
        <translation>筆の外にあり、読める地番がない（{n}件）</translation>
    </message>
    <message>
        <source>owner unknown</source>
        <translation>所有者不明</translation>
    </message>
    <message>
        <source>p value of exposure</source>
        <translation>影響のp値</translation>
    </message>
    <message>
        <source>pictures</source>
        <translation>写真</translation>
    </message>
    <message>
        <source>place</source>
        <translation>場所</translation>
    </message>
    <message>
        <source>reachable</source>
        <translation>連絡がつく</translation>
    </message>
    <message>
        <source>residents ({low} to {high})</source>
        <translation>住民（{low}〜{high}）</translation>
    </message>
    <message>
        <source>se (99 m²)</source>
        <translation>畝</translation>
    </message>
    <message>
        <source>square metres (m²)</source>
        <translation>平方メートル（m²）</translation>
    </message>
    <message>
        <source>such as rice; fruit</source>
        <translation>例: 水稲;果樹</translation>
    </message>
    <message>
        <source>survey</source>
        <translation>調査</translation>
    </message>
    <message>
        <source>surveys and registers</source>
        <translation>調査と台帳</translation>
    </message>
    <message>
        <source>tan (992 m²)</source>
        <translation>反</translation>
    </message>
    <message>
        <source>the land goes to</source>
        <translation>土地を加える筆</translation>
    </message>
    <message>
        <source>the land stays with</source>
        <translation>土地を残す筆</translation>
    </message>
    <message>
        <source>threshold, and where it applies: receptor_kind, receptor_id, kind (of harm); empty is all.</source>
        <translation>threshold と、当てはめる先（receptor_kind、receptor_id、影響の種類 kind）です。空はすべてを表します。</translation>
    </message>
    <message>
        <source>to (ha)</source>
        <translation>上限（ha）</translation>
    </message>
    <message>
        <source>to be checked</source>
        <translation>要確認</translation>
    </message>
    <message>
        <source>to review</source>
        <translation>要確認</translation>
    </message>
    <message>
        <source>tsubo</source>
        <translation>坪</translation>
    </message>
    <message>
        <source>tsubo (3.3 m²)</source>
        <translation>坪・歩</translation>
    </message>
    <message>
        <source>unmanaged {marks}</source>
        <translation>管理なし {marks}</translation>
    </message>
    <message>
        <source>up to</source>
        <translation>距離の上限</translation>
    </message>
    <message>
        <source>up to this width</source>
        <translation>幅の上限</translation>
    </message>
    <message>
        <source>village</source>
        <translation>地区</translation>
    </message>
    <message>
        <source>yen a year</source>
        <translation>円（年）</translation>
    </message>
    <message>
        <source>yen per year</source>
        <translation>年間の費用</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>はい</translation>
    </message>
    <message>
        <source>{accepted} accepted, {rejected} rejected, {waiting} waiting, {against} against an earlier result.</source>
        <translation>採用 {accepted}件、不採用 {rejected}件、点検待ち {waiting}件、前の結果と食い違い {against}件。</translation>
    </message>
    <message>
        <source>{aside} set aside, {marks} to look at</source>
        <translation>除いた行 {aside}・確かめること {marks}</translation>
    </message>
    <message>
        <source>{bare} ha of the lots are left uncovered; {outside} ha of that map lie outside all lots.</source>
        <translation>どの区画とも重ならない筆の面積は{bare} ha、筆の外にある区画の面積は{outside} haです。</translation>
    </message>
    <message>
        <source>{changed} of {lots} lots changed; sum of all areas {change} m². {left} findings are left.</source>
        <translation>{lots} 筆のうち {changed} 筆が変わりました。面積の合計の増減は {change} m² です。{left} 件が残りました。</translation>
    </message>
    <message>
        <source>{count} choices conflict with a special law; see the field conflict.</source>
        <translation>{count}件の選択が法律の方向と合いません。項目 conflict を見てください。</translation>
    </message>
    <message>
        <source>{data} · {n} lots</source>
        <translation>{data}・{n}筆</translation>
    </message>
    <message>
        <source>{done} / {total}</source>
        <translation>{done} / {total}</translation>
    </message>
    <message>
        <source>{done} / {total} done</source>
        <translation>{done} / {total} 完了</translation>
    </message>
    <message>
        <source>{entries} entries are {persons} persons and bodies; {review} pairs are to be decided.</source>
        <translation>記載{entries}件は{persons}の人と団体です。判断が必要な組は{review}組です。</translation>
    </message>
    <message>
        <source>{file} is no field package. Choose the file that came back.</source>
        <translation>{file} は現地用データではありません。戻ってきたファイルを選んでください。</translation>
    </message>
    <message>
        <source>{first} and {n} more</source>
        <translation>{first} ほか{n}筆</translation>
    </message>
    <message>
        <source>{found} of {lots} lots have a register entry; {review} to review, {rows} entries without a lot.</source>
        <translation>{lots} 筆のうち {found} 筆が登記と対応しました。要確認 {review} 件、筆のない登記 {rows} 件です。</translation>
    </message>
    <message>
        <source>{found} of {pins} pins have a lot.</source>
        <translation>ピン {pins} 点のうち {found} 点に筆があります。</translation>
    </message>
    <message>
        <source>{harm}, {n} relieved</source>
        <translation>{harm}（{n}件が軽くなる）</translation>
    </message>
    <message>
        <source>{indicator}: {n} lots</source>
        <translation>{indicator}: {n} 筆</translation>
    </message>
    <message>
        <source>{kind} ({n})</source>
        <translation>{kind}（{n}）</translation>
    </message>
    <message>
        <source>{layers} layers with {rows} rows were written; {columns} columns were left out.</source>
        <translation>データ{layers}件、{rows}行を書き出しました。{columns}項目を外しました。</translation>
    </message>
    <message>
        <source>{lots} lots checked: {errors} to fix first, {warnings} to check, {notes} notes.</source>
        <translation>{lots} 筆を調べました。先に直す {errors}、確かめる {warnings}、お知らせ {notes}。</translation>
    </message>
    <message>
        <source>{lots} lots, {hours} and {yen} a year</source>
        <translation>{lots}筆・年に{hours}・{yen}</translation>
    </message>
    <message>
        <source>{lots} lots, {hours} and {yen} a year.</source>
        <translation>{lots}筆、年に{hours}・{yen}です。</translation>
    </message>
    <message>
        <source>{lots} of {all} lots lie under {areas} of {total} areas of “{map}”.</source>
        <translation>{all}筆のうち{lots}筆が、「{map}」の{total}区画のうち{areas}区画と重なります。</translation>
    </message>
    <message>
        <source>{name} (if you have it)</source>
        <translation>{name}（あれば）</translation>
    </message>
    <message>
        <source>{name} (personal data)</source>
        <translation>{name}（個人情報）</translation>
    </message>
    <message>
        <source>{name}, {area}</source>
        <translation>{name}、{area}</translation>
    </message>
    <message>
        <source>{name}: rows set aside</source>
        <translation>{name}: 除いた行</translation>
    </message>
    <message>
        <source>{n} blocks</source>
        <translation>{n} 区画</translation>
    </message>
    <message>
        <source>{n} blocks left</source>
        <translation>残り {n} 区画</translation>
    </message>
    <message>
        <source>{n} eMAFF pins lie in no lot or in several and are left out.</source>
        <translation>どの筆にも入らない、または複数の筆にかかるeMAFFのピン {n} 件を除きました。</translation>
    </message>
    <message>
        <source>{n} findings</source>
        <translation>指摘 {n}</translation>
    </message>
    <message>
        <source>{n} findings written to {path}</source>
        <translation>{n}件を書き出しました: {path}</translation>
    </message>
    <message>
        <source>{n} ha</source>
        <translation>{n} ha</translation>
    </message>
    <message>
        <source>{n} have none: {reasons}.</source>
        <translation>筆が決まらないのは{n}件です：{reasons}。</translation>
    </message>
    <message>
        <source>{n} houses, fields or roads still suffer; the map says by how much.</source>
        <translation>家屋・農地・道路の{n}件は、なお許容を超えます。どれだけ超えるかは地図にあります。</translation>
    </message>
    <message>
        <source>{n} lots</source>
        <translation>{n} 筆</translation>
    </message>
    <message>
        <source>{n} lots change by more than their tolerance.</source>
        <translation>{n} 筆は公差を超えて変わります。</translation>
    </message>
    <message>
        <source>{n} lots change, the total area by {change} m². {left} findings stay.</source>
        <translation>{n}筆が変わり、面積の合計は {change} m² 変わります。{left}件の指摘が残ります。</translation>
    </message>
    <message>
        <source>{n} lots have no area to compare.</source>
        <translation>{n}筆には比べる面積がありません。</translation>
    </message>
    <message>
        <source>{n} lots have no key and are left out.</source>
        <translation>識別子のない {n} 筆を除きました。</translation>
    </message>
    <message>
        <source>{n} lots have no known place and are kept apart.</source>
        <translation>{n}筆は場所が分からないため、別にしました。</translation>
    </message>
    <message>
        <source>{n} lots have too few pixels in every image.</source>
        <translation>どの画像でも画素が足りない筆は {n} 筆です。</translation>
    </message>
    <message>
        <source>{n} lots left</source>
        <translation>残り {n} 筆</translation>
    </message>
    <message>
        <source>{n} lots of the register are not on the map, for example {examples}.</source>
        <translation>登記の表の {n} 筆が図にありません（例: {examples}）。</translation>
    </message>
    <message>
        <source>{n} lots surveyed.</source>
        <translation>調査済みは{n}筆です。</translation>
    </message>
    <message>
        <source>{n} lots were changed elsewhere and stay as they are.</source>
        <translation>{n} 筆はほかで変わったため、そのままにしました。</translation>
    </message>
    <message>
        <source>{n} lots were read.</source>
        <translation>{n}筆を読みました。</translation>
    </message>
    <message>
        <source>{n} lots written to {path}</source>
        <translation>{n}筆を {path} に書き出しました</translation>
    </message>
    <message>
        <source>{n} more are smaller.</source>
        <translation>ほかに小さいものが{n}件あります。</translation>
    </message>
    <message>
        <source>{n} more count less.</source>
        <translation>ほかに{n}件（影響は小さい）。</translation>
    </message>
    <message>
        <source>{n} of the lots to check are not on the map, for example {examples}.</source>
        <translation>点検する筆のうち{n}筆が地図にありません（例: {examples}）。</translation>
    </message>
    <message>
        <source>{n} of them conflict with a special law.</source>
        <translation>うち {n} 筆は法律の区域と合いません。</translation>
    </message>
    <message>
        <source>{n} of them lie in a lot with another number.</source>
        <translation>そのうち{n}件は、地番の違う筆の中にあります。</translation>
    </message>
    <message>
        <source>{n} of {all} rows of the table of rates are assumptions.</source>
        <translation>確率の表の{all}行のうち{n}行は仮定です。</translation>
    </message>
    <message>
        <source>{n} of {total} decided</source>
        <translation>{total} のうち {n} を決定</translation>
    </message>
    <message>
        <source>{n} of {total} lots ({ha} ha) would get another answer if one weight or cost were half or double.</source>
        <translation>重みや費用を1つ半分か2倍にすると、{total}筆のうち{n}筆（{ha} ha）で答えが変わります。</translation>
    </message>
    <message>
        <source>{n} of {total} lots get another answer when one weight is halved or doubled.</source>
        <translation>重みを1つ半分か2倍にすると、{total}筆のうち{n}筆で答えが変わります。</translation>
    </message>
    <message>
        <source>{n} owners are concerned; the most one of them loses is {most} m².</source>
        <translation>所有者 {n} 人に関わります。1人が失う面積は最大 {most} m² です。</translation>
    </message>
    <message>
        <source>{n} pairs of entries may be one owner. See the lists.</source>
        <translation>同じ所有者かもしれない記載が{n}組あります。「一覧」でご確認ください。</translation>
    </message>
    <message>
        <source>{n} receptors stay over a threshold; see their explanation.</source>
        <translation>{n}か所が許容を超えたままです。説明を見てください。</translation>
    </message>
    <message>
        <source>{n} records: damage is associated with unmanaged land nearby. Chance alone: {p} %.</source>
        <translation>記録{n}件: 被害は近くの管理されていない土地と関係がありそうです。偶然だけでこうなる見込みは{p} %です。</translation>
    </message>
    <message>
        <source>{n} records: damage is less frequent near unmanaged land. Chance alone: {p} %.</source>
        <translation>記録{n}件: 管理されていない土地の近くでは、被害が少なくなっています。偶然だけでこうなる見込みは{p} %です。</translation>
    </message>
    <message>
        <source>{n} records: no association with unmanaged land was found. Chance alone: {p} %.</source>
        <translation>記録{n}件: 管理されていない土地との関係は見つかりませんでした。偶然だけでこうなる見込みは{p} %です。</translation>
    </message>
    <message>
        <source>{n} results taken over. Check the condition of land again.</source>
        <translation>{n}件の結果を取り込みました。土地の状態をもう一度調べてください。</translation>
    </message>
    <message>
        <source>{n} rows read</source>
        <translation>{n}行を読めました</translation>
    </message>
    <message>
        <source>{n} surveyed lots: the weights learnt are better in hamlets left out.</source>
        <translation>調査した{n}筆: 除いた集落でも、学習した重みのほうが良い結果です。</translation>
    </message>
    <message>
        <source>{n} surveyed lots: the weights learnt are no better than a simple rule. Keep the old ones.</source>
        <translation>調査した{n}筆: 学習した重みは単純な方法と変わりません。これまでの重みを使ってください。</translation>
    </message>
    <message>
        <source>{n} surveyed lots: the weights learnt are not shown to be better. Keep the old ones.</source>
        <translation>調査した{n}筆: 学習した重みが良いとは示せません。これまでの重みを使ってください。</translation>
    </message>
    <message>
        <source>{n} to review</source>
        <translation>要確認 {n}</translation>
    </message>
    <message>
        <source>{official} is the official area. The plan is {rest} larger.</source>
        <translation>公的な面積は {official} です。計画は {rest} 大きくなっています。</translation>
    </message>
    <message>
        <source>{official} is the official area. {rest} of it is not in the plan.</source>
        <translation>公的な面積は {official} です。うち {rest} は計画にありません。</translation>
    </message>
    <message>
        <source>{owners} owners hold up {blocks} blocks.</source>
        <translation>所有者{owners}人に確認が取れないため、{blocks}か所のまとまった土地で話が進みません。</translation>
    </message>
    <message>
        <source>{owner}: {n} findings, {lots} lots</source>
        <translation>{owner}: 指摘 {n} 件、{lots} 筆</translation>
    </message>
    <message>
        <source>{pairs} overlaps, {small} of them small; {bare} lots are not covered at all.</source>
        <translation>重なり {pairs} 件（うち小さいもの {small} 件）。まったく覆われない筆 {bare} 筆。</translation>
    </message>
    <message>
        <source>{path} is not an .xml or .zip file. Choose a land registry map.</source>
        <translation>{path}は.xmlでも.zipでもありません。登記所備付地図データを選んでください。</translation>
    </message>
    <message>
        <source>{pct} % of the area has owners we can reach ({private} % without public land).</source>
        <translation>面積の{pct} %は、所有者に連絡がつきます（公有地を除くと{private} %）。</translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation>{percent} %</translation>
    </message>
    <message>
        <source>{placed} of {pins} pins have a lot.</source>
        <translation>ピン{pins}件のうち{placed}件の筆が決まりました。</translation>
    </message>
    <message>
        <source>{row} → lot {lot}</source>
        <translation>{row} → 筆 {lot}</translation>
    </message>
    <message>
        <source>{text} (invented data)</source>
        <translation>{text}（合成データ）</translation>
    </message>
    <message>
        <source>{text} ({who})</source>
        <translation>{text}（{who}）</translation>
    </message>
    <message>
        <source>{unmanaged} likely unmanaged, {unclear} cannot tell, {managed} likely managed.</source>
        <translation>管理されていない可能性 {unmanaged}筆、判断できない {unclear}筆、管理されている可能性 {managed}筆。</translation>
    </message>
    <message>
        <source>{walks} walks, {lots} lots, {hours} h: expected to settle {share} % of what is open or may be wrong.</source>
        <translation>{walks}コース、{lots}筆、約{hours}時間。判断できない筆や誤りのおそれの{share} %がはっきりする見込みです。</translation>
    </message>
    <message>
        <source>{what} {n} lots</source>
        <translation>{what} {n}筆</translation>
    </message>
    <message>
        <source>{width} wide</source>
        <translation>幅 {width}</translation>
    </message>
    <message>
        <source>{words} {n}</source>
        <translation>{words} {n}</translation>
    </message>
    <message>
        <source>{word} (survey)</source>
        <translation>{word}（調査）</translation>
    </message>
    <message>
        <source>“Kinds of maps” says for each map what to do next.</source>
        <translation>「図の区分」に、図ごとに次にすることがあります。</translation>
    </message>
    <message>
        <source>… and {count} more of these.</source>
        <translation>…ほかに{count}件あります。</translation>
    </message>
    <message>
        <source>… and {count} more rows with problems.</source>
        <translation>ほかに {count} 行に問題があります。</translation>
    </message>
    <message>
        <source>… and {n} more in the table of checks.</source>
        <translation>… ほか{n}件は確認結果の表にあります。</translation>
    </message>
    <message>
        <source>… and {n} more lines in the report table.</source>
        <translation>…ほか{n}行は報告の表にあります。</translation>
    </message>
    <message>
        <source>✓ Saved</source>
        <translation>✓ 保存済み</translation>
    </message>
</context>
</TS>
